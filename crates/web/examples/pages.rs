//! Writes every sample page and mail to a directory, together with the assets, for looking at:
//! `cargo run -p tessera-web --example pages -- OUT_DIR [OVERRIDE_DIR]`.

use std::error::Error;
use std::path::Path;

use tessera_web::pages::{Renderer, assets, samples};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let directory = arguments.next().ok_or("say where to write: pages OUT_DIR [OVERRIDE_DIR]")?;
    let overrides = arguments.next();
    let renderer = Renderer::new(overrides.as_deref().map(Path::new))?;
    let out = Path::new(&directory);
    std::fs::create_dir_all(out.join("assets"))?;
    for asset in assets::all() {
        std::fs::write(out.join("assets").join(asset.name), asset.bytes)?;
    }
    for page in samples::pages(&renderer) {
        std::fs::write(out.join(format!("{}.html", page.name)), page.result?)?;
    }
    for samples::Rendered { name, result } in samples::emails(&renderer) {
        let email = result?;
        std::fs::write(out.join(format!("{name}.html")), email.html)?;
        std::fs::write(out.join(format!("{name}.txt")), format!("Subject: {}\n\n{}", email.subject, email.text))?;
    }
    Ok(())
}
