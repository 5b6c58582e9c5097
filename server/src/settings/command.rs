//! What the program can be asked to do.

use crate::store::reporters::ReporterKind;
use clap::Subcommand;
use std::path::PathBuf;

/// What can be done.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serve the pages and the API (the default).
    Serve,
    /// Let somebody run the program no longer, and end their sessions. Also while the server runs.
    RemoveStaff {
        /// Their mail address.
        mail: String,
    },
    /// Print a code with which somebody can sign in within the hour, for whom mail does not
    /// reach. Also while the server runs.
    Code {
        /// Their mail address.
        mail: String,
    },
    /// Print everything that is kept about a person, as JSON. Also while the server runs.
    ExportPerson {
        /// Their mail address.
        mail: String,
    },
    /// Erase a person: account, mails, and their name and address in applications. Also while the
    /// server runs.
    ErasePerson {
        /// Their mail address.
        mail: String,
    },
    /// Take the sample out of the data again. Also while the server runs.
    RemoveSample,
    /// Let somebody run the program: they sign in with a code that is mailed to them. Also while
    /// the server runs.
    AddStaff {
        /// Their mail address.
        mail: String,
        /// How applicants read their name.
        name: String,
    },
    /// End the membership of a namespace now: badge and perks end, its credential is taken back,
    /// and its owners get a mail with the reason. Also while the server runs.
    EndMembership {
        /// The namespace.
        namespace: String,
        /// Why, for the owners and the record.
        #[arg(long)]
        reason: String,
    },
    /// Give a namespace another name: its membership, people and pages go with it. Also while the
    /// server runs.
    RenameNamespace {
        /// The name that it has.
        old: String,
        /// The name that it gets.
        new: String,
    },
    /// Sign credentials with a new key from now on; what the old one signed stays good. Also
    /// while the server runs.
    RotateKey {
        /// Somebody else may have a key, of now or of a backup: take back all that any key signed.
        #[arg(long)]
        compromised: bool,
    },
    /// Read raw exports into the pulls that are kept. Whole days of a namespace are replaced, after
    /// what would change was shown. Also while the server runs.
    Import {
        /// The files: CSV, plain or as gzip.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Make or update the tables for pulls in the ClickHouse that --pulls names. Also while the server
    /// runs.
    Migrate,
    /// Move pulls to another home, and copy them out and in.
    #[command(subcommand)]
    Pulls(PullsCommand),
    /// Let a registry report pulls, and print its token, once. Also while the server runs.
    AddRegistry {
        /// What it is called here.
        name: String,
        /// A namespace that it may report; several times for several.
        #[arg(long, required = true, value_name = "NAMESPACE")]
        namespace: Vec<String>,
        /// How it reports.
        #[arg(long, value_enum, default_value = "distribution")]
        kind: ReporterKind,
    },
    /// Change which namespaces a registry may report. Also while the server runs.
    ChangeRegistry {
        /// What it is called here.
        name: String,
        /// A namespace that it may report; several times for several. Others it may not any more.
        #[arg(long, required = true, value_name = "NAMESPACE")]
        namespace: Vec<String>,
    },
    /// Take nothing more from a registry that reports. What was counted stays. Also while the
    /// server runs.
    RemoveRegistry {
        /// What it is called here.
        name: String,
    },
    /// Read the registry now, and say what was found. Also while the server runs.
    ReadRegistry,
    /// Write a copy of the data to FILE, also while the server runs.
    Backup {
        /// The file, which must not exist yet.
        file: PathBuf,
    },
    /// Put a backup in place of the data, also while the server runs. What was there is kept
    /// beside it, and everybody has to sign in anew.
    Restore {
        /// A file that `backup` wrote.
        file: PathBuf,
    },
}

/// What can be done with the home of pulls.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum PullsCommand {
    /// Copy all pulls into another home, and compare the counts of all days. Nothing is counted
    /// meanwhile: a server that runs already with --pulls of the other home takes in what is reported,
    /// and counts it there afterwards; any other is to be stopped.
    Copy {
        /// The home to copy from: embedded, or an address as --pulls has it [default: --pulls].
        #[arg(
            long,
            env = "DSOS_PULLS_FROM",
            value_name = "HOME",
            hide_env_values = true
        )]
        from: Option<String>,
        /// The home to copy to.
        #[arg(
            long,
            env = "DSOS_PULLS_TO",
            value_name = "HOME",
            hide_env_values = true
        )]
        to: String,
        /// Take away what the other home has: to begin again, or to go back to a home of before.
        #[arg(long)]
        replace: bool,
    },
    /// Count into the home that --pulls names, after the last block that it has, although pulls were
    /// counted into another before: those are not copied, nor lost there.
    Adopt,
    /// Write a copy of what is counted and of what waits to a folder, also while the server runs. Keys
    /// that clients are told apart by are left out.
    Backup {
        /// The folder, which must not exist yet.
        folder: PathBuf,
    },
    /// Put such a copy in place of what is there, while no server runs. What was there is kept beside
    /// it.
    Restore {
        /// A folder that `pulls backup` wrote.
        folder: PathBuf,
    },
}
