//! probe
mod support;
use pulls::query::*; use pulls::summary::Level; use support::Engine;
fn opened(t:&str)->Engine{let mut e=Engine::new(1);e.open(t.as_bytes(),t.len());e}
const TR:&str="DATE_GRANULARITY,DATE_REFERENCE,IMAGE_REPOSITORY,TAG,DATA_DOWNLOADS,VERSION_CHECKS,PULLS\n";
#[test] fn repo_by_tag(){let mut e=opened("namespace,repository,pull_by_tag,pull_by_digest,version_check\nkelp,app,100,50,7\n");let v=e.view(&Query::default());assert_eq!((v.totals.by_tag,v.totals.by_digest),(100,50));}
#[test] fn tag_by_digest(){let mut e=opened("namespace,repository,reference,pull_by_tag,pull_by_digest,version_check\nkelp,app,latest,100,50,7\n");let v=e.view(&Query::default());assert_eq!((v.totals.by_tag,v.totals.by_digest),(100,50));}
#[test] fn raw_tag_by_digest(){let mut e=opened("action,action_day,reference,tag\npull_by_digest,2026-02-03,latest,latest\n");let v=e.view(&Query::default());assert_eq!((v.totals.by_tag,v.totals.by_digest),(0,1));}
#[test] fn trends_owner(){let mut e=opened(&format!("{TR}week,2026-02-02,kelp/app,6,1,0,1\n"));let v=e.view(&Query::default());assert_eq!(v.breakdowns[2].entries[0].value,"kelp");}
#[test] fn one_row_trends(){let e=opened(&format!("{TR}week,2026-02-02,kelp/app,6,1,0,1"));assert!(e.files[0].0.period.is_some());}
#[test] fn last_row_level(){let mut e=opened("level,namespace,repository,reference,pull_by_tag,pull_by_digest,version_check\nrepository,kelp,app,,9,0,0\ntag,kelp,app,6,9,0,0");let v=e.view(&Query::default());assert_eq!(v.breakdowns[0].entries[0].value,"6");}
#[test] fn quote_stops_period(){let e=opened(&format!("{TR}month,2026-02-01,\"kelp,6,1,0,1\nweek,2026-02-02,kelp/app,6,1,0,1\n"));assert!(e.files[0].0.period.is_some());}
#[test] fn trailing_return(){let t="action,action_day,reference\npull_by_tag,2026-02-03,a\r";let mut e=opened(t);assert_eq!(e.view(&Query::default()).breakdowns[0].entries[0].value,"a");}
#[test] fn unnamed(){let e=opened("action,action_day,reference,#,%\npull_by_tag,2026-02-03,a,1,2\n");let o=String::from_utf8(e.rewritten(&Query::default(),false)).unwrap();assert!(o.contains("1,2"),"{o}");}
#[test] fn same_name(){let e=opened("action,action_day,reference,note,Note\npull_by_tag,2026-02-03,a,1,2\n");let o=String::from_utf8(e.rewritten(&Query::default(),false)).unwrap();assert!(o.contains("1,2"),"{o}");}
#[test] fn bom_html(){assert_eq!(pulls::header::read("\u{feff}<!doctype html>\n".as_bytes()),Err(pulls::header::NotAnExport::NotCsv(pulls::header::Looks::WebPage)));}
#[test] fn bom_json(){assert_eq!(pulls::header::read("\u{feff}{\"pulls\":[]}".as_bytes()),Err(pulls::header::NotAnExport::NotCsv(pulls::header::Looks::Json)));}
#[test] fn long_row(){let t=format!("action,action_day,reference,note\npull_by_tag,2026-02-03,a,1\npull_by_tag,2026-02-03,b,{}\npull_by_tag,2026-02-03,c,1\n","x".repeat(1<<20));let e=opened(&t);let s=&e.files[0].2;println!("{:?}",s.told);assert_eq!((s.rows,s.skipped),(2,1));}
#[test] fn long_row_hides(){let t=format!("action,action_day,reference,note\npull_by_tag,2026-02-03,b,{}pull_by_tag,2026-02-03,c,1\n","x".repeat((1<<20)-25));let e=opened(&t);let s=&e.files[0].2;println!("{:?}",s.told);assert_eq!(s.rows,0);}
#[test] fn zero_rows(){let mut big="namespace,repository,reference,pull_by_tag,pull_by_digest,version_check\n".to_owned();let small=big.clone()+"k,r0,t0,0,0,0\n";for i in 0..1100{big+=&format!("k,r{i},t{i},0,0,0\n")}
 let n=|t:&str|opened(t).summary(&Query::default(),Level::Reference).lines().count();assert_eq!((n(&small),n(&big)),(2,1101));}
#[test] fn downloads_missing(){let mut e=opened("DATE_REFERENCE,IMAGE_REPOSITORY,TAG,VERSION_CHECKS,PULLS\n2026-02-02,app,6,4,14\n");let v=e.view(&Query::default());assert_eq!((v.totals.pulls(),v.totals.checks),(10,4));}
#[test] fn dup_file_order(){ // same tags on two parts with weekly sundays
 let mut e=opened(&format!("{TR}week,2026-02-01,kelp/app,6,1,0,1\nweek,2026-02-08,kelp/app,6,1,0,1\n"));let v=e.view(&Query::default());println!("{:?} {:?}",v.available,v.periods);assert!(v.periods.iter().all(|p|p.is_whole()));}
