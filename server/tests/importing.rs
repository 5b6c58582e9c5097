//! `dsos import` beside a server: exports that speak of a namespace by the name that it had.

use crate::common::{INES, member};
use crate::events::Taking;
use crate::pulls::ask;
use crate::renames::rename;
use std::fs;
use std::process::Command;

const HEADER: &str = "action,action_day,host,country,digest,http_method,namespace,reference,repository,tag,user_agent_tool,version,cloud_service_provider,is_authenticated,domain,client_ip_type";

#[tokio::test]
async fn days_are_replaced_whatever_a_namespace_was_called_when_they_were_exported() {
    let (server, _) = member().await;
    let taking = Taking::over(server);
    let file = taking.server.folder.join("export.csv");
    let import = |namespace: &str, rows: usize| {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let row = format!(
            "pull_by_tag,2026-03-02,,DE,{digest},GET,{namespace},1.0,web,1.0,docker,24,,true,,"
        );
        let lines: Vec<&str> = std::iter::once(HEADER)
            .chain(std::iter::repeat_n(row.as_str(), rows))
            .collect();
        fs::write(&file, lines.join("\n")).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_dsos"))
            .args(["import", "--yes", "--data"])
            .args([&taking.server.folder, &file])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    import("kelpworks", 3);
    rename(&taking.server, "kelpworks", "kelp").unwrap();
    // The pulls are under the old name yet, as if that had broken off there.
    let session = taking.server.sign_in(INES).await;
    let rows = async || {
        let path = "/api/v1/namespaces/kelp/pulls/files/raw.csv";
        let said = ask(&taking, "GET", path, &[("cookie", &session)], Vec::new()).await;
        said.text().lines().count() - 1
    };
    assert_eq!(rows().await, 3);
    // The present name first: what is under the former one is in the table, and replaced, too.
    let said = import("kelp", 5);
    assert!(said.contains('3'), "{said}");
    assert_eq!(rows().await, 5, "{said}");
    let said = import("kelpworks", 2);
    assert!(said.contains("kelpworks is called kelp now."), "{said}");
    assert!(said.contains('5') && said.contains('2'), "{said}");
    assert_eq!(rows().await, 2, "{said}");
}
