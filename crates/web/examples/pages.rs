//! Writes every sample page and mail to a directory, together with the assets, for looking at:
//! `cargo run -p tessera-web --example pages -- OUT_DIR [OVERRIDE_DIR]`.

use std::error::Error;
use std::path::Path;

use tessera_web::pages::{Renderer, assets, sample};

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
    for (name, html) in sample::pages(&renderer)? {
        std::fs::write(out.join(format!("{name}.html")), html)?;
    }
    for (name, mail) in sample::emails(&renderer)? {
        std::fs::write(out.join(format!("{name}.html")), mail.html)?;
        std::fs::write(out.join(format!("{name}.txt")), format!("Subject: {}\n\n{}", mail.subject, mail.text))?;
    }
    Ok(())
}
