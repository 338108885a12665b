//! Prints the TypeScript types of the plain data that crosses between the facade and the module:
//! `cargo run --example boundary --features types`.
//!
//! The package keeps the output, with its imports and formatted, as
//! `src/wasm/generated/boundary.ts`; see `cargo xtask types`.

use seller_tickets::attachment::Encoding;
use seller_tickets::call::WaitReason;
use seller_tickets::call::lease::{LeaseStep, RefusedRenewal};
use seller_tickets::call::line::LineStep;
use seller_tickets::call::once::Page;
use seller_tickets::call::page::{Base, PageFacts};
use seller_tickets::desk::letter::Likeness;
use seller_tickets::js::data;
use seller_tickets::marketplaces::jtl_scx::replies::InboxStep;
use seller_tickets::marketplaces::magalu::follow::FollowStep;
use seller_tickets::model::schema::{Odd, Outline};
use seller_tickets::rules::settings::{Accept, ArrayEncoding, CallOptions, Environment, FilesPer, Settings};
use seller_tickets::vendor::PageShape;
use seller_tickets::vendor::desk::reading::Flow;
use std::io::Write;
use ts_rs::Config;

mod declare;

use declare::declaration;

fn main() -> std::io::Result<()> {
    // No count is large enough for a JavaScript number to round it.
    let config = Config::new().with_large_int("number");
    let declarations: &[fn(&Config) -> String] = &[
        declaration::<Environment>,
        declaration::<ArrayEncoding>,
        declaration::<FilesPer>,
        declaration::<Accept>,
        declaration::<Settings>,
        declaration::<CallOptions>,
        declaration::<data::Bytes>,
        declaration::<data::Status>,
        declaration::<data::Refused>,
        declaration::<data::Packed<'_>>,
        declaration::<data::Piece>,
        declaration::<Encoding>,
        declaration::<data::SignedHeaders>,
        declaration::<data::Signing>,
        declaration::<data::BodyGiven>,
        declaration::<data::Client>,
        declaration::<data::CallEvent>,
        declaration::<data::CallAdvanced<'_>>,
        declaration::<data::CallStep<'_>>,
        declaration::<WaitReason>,
        declaration::<data::Outcome<'_>>,
        declaration::<Odd>,
        declaration::<Outline>,
        declaration::<data::Decoded<'_>>,
        declaration::<data::SessionRead>,
        declaration::<data::ConsentPage>,
        declaration::<PageShape>,
        declaration::<PageFacts>,
        declaration::<data::PageStep>,
        declaration::<Base>,
        declaration::<Page>,
        declaration::<data::LinePolled>,
        declaration::<LineStep>,
        declaration::<data::LineChange>,
        declaration::<data::LeasePolled>,
        declaration::<LeaseStep>,
        declaration::<data::LeaseAsked>,
        declaration::<RefusedRenewal>,
        declaration::<data::LeaseChange>,
        declaration::<data::LeaseChanged>,
        declaration::<data::BegunOnce<'_>>,
        declaration::<data::OnceEvent>,
        declaration::<data::OnceAdvanced<'_>>,
        declaration::<data::OnceStep<'_>>,
        declaration::<Flow>,
        declaration::<data::DeskMatter>,
        declaration::<data::DeskSource>,
        declaration::<data::DeskAccountGiven>,
        declaration::<data::DeskFailure>,
        declaration::<data::DeskList>,
        declaration::<data::DeskAnswer>,
        declaration::<data::DeskKnown>,
        declaration::<data::DeskPlan>,
        declaration::<data::DeskStep>,
        declaration::<data::DeskCall>,
        declaration::<data::DeskApplied>,
        declaration::<data::DeskRow>,
        declaration::<data::DeskOpened>,
        declaration::<data::DeskDownload>,
        declaration::<data::DeskOpening>,
        declaration::<data::DeskChanged>,
        declaration::<data::DeskLetter>,
        declaration::<data::DeskLetterStep>,
        declaration::<Likeness>,
        declaration::<data::DeskDone>,
        declaration::<data::DeskLetterEvent>,
        declaration::<data::InboxEvent>,
        declaration::<InboxStep>,
        declaration::<FollowStep>,
    ];
    let module: String = declarations.iter().map(|declaration| declaration(&config)).collect();
    std::io::stdout().write_all(module.as_bytes())
}
