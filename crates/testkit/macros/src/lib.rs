//! Attributes that turn a story, an `async fn` with one stage, into tests. `testkit` exports them.

use proc_macro::TokenStream;
use quote::quote;
use syn::{Error, Ident, ItemFn, parse_macro_input};

/// Generates two tests from a story: `name::sqlite` and `name::postgres`.
#[proc_macro_attribute]
pub fn both_databases(arguments: TokenStream, story: TokenStream) -> TokenStream {
    tests(&arguments, story, &["sqlite", "postgres"])
}

/// Generates one test, `name::postgres`, for behaviour that only a database server can show.
#[proc_macro_attribute]
pub fn only_postgres(arguments: TokenStream, story: TokenStream) -> TokenStream {
    tests(&arguments, story, &["postgres"])
}

fn tests(arguments: &TokenStream, story: TokenStream, databases: &[&str]) -> TokenStream {
    let story = parse_macro_input!(story as ItemFn);
    let name = &story.sig.ident;
    if !arguments.is_empty() || story.sig.asyncness.is_none() || story.sig.inputs.len() != 1 {
        let said = "a story is an `async fn` of one stage, and its attribute has no arguments";
        return Error::new(name.span(), said).into_compile_error().into();
    }
    let tests = databases.iter().map(|database| {
        let (test, runner) = (Ident::new(database, name.span()), Ident::new(&format!("on_{database}"), name.span()));
        quote! {
            #[test]
            fn #test() {
                ::testkit::#runner(|stage| ::std::boxed::Box::pin(super::#name(stage)));
            }
        }
    });
    // A function and a module may have the same name, so the test's path begins with the name of the story.
    quote! { #story mod #name { #(#tests)* } }.into()
}
