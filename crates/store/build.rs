//! Migrations are embedded by folder. A macro cannot tell the compiler that a file was added to a folder; this can.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
