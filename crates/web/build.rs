//! Templates, assets and message catalogues are embedded by folder. A macro cannot tell the compiler that a file was added to a folder; this can.

fn main() {
    println!("cargo:rerun-if-changed=templates");
    println!("cargo:rerun-if-changed=locales");
    println!("cargo:rerun-if-changed=assets");
}
