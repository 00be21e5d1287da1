//! What becomes of a call: how long it takes, and whether it and its answer arrive. Each story has a climate, and systems that are out of order
//! for a while.

use std::time::Duration;

use crate::dice::Dice;

/// A part of the world that can be out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// The service desk.
    Desk,
    /// The CRM.
    Crm,
    /// The mail server.
    Mail,
    /// The identity provider.
    Identity,
    /// The source of invoices.
    Invoices,
    /// The vendors of the marketplace.
    Vendors,
    /// The hub's database.
    Disk,
}

impl System {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Desk, Self::Crm, Self::Mail, Self::Identity, Self::Invoices, Self::Vendors, Self::Disk];

    /// The configured name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Desk => "freshservice",
            Self::Crm => "freshsales",
            Self::Mail => "mail",
            Self::Identity => "idp",
            Self::Invoices => "books",
            Self::Vendors => "vendors",
            Self::Disk => "disk",
        }
    }
}

/// What is wrong with a system, or with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not reached; nothing happens there.
    Down,
    /// 429: it allows no more calls for now.
    Busy,
    /// 500 before it did anything.
    Broken,
    /// It does not accept the key.
    Unauthorized,
    /// It does what it is asked, and the answer is lost on the way.
    Lost,
    /// It does what it is asked, and answers rubbish.
    Garbled,
    /// It answers nothing. Whether it does what it is asked is chance.
    Silent,
    /// It answers late, perhaps too late.
    Slow,
}

impl Fault {
    const ALL: [Self; 8] =
        [Self::Down, Self::Busy, Self::Broken, Self::Unauthorized, Self::Lost, Self::Garbled, Self::Silent, Self::Slow];
}

/// A time in which a system is out of order.
#[derive(Debug, Clone, Copy)]
struct Outage {
    system: System,
    from: Duration,
    to: Duration,
    fault: Fault,
}

/// The climate of a story.
#[derive(Debug)]
pub struct Weather {
    /// How many of a thousand calls have a fault, outside of outages.
    rough: u64,
    /// How many of a thousand calls of the database have one.
    pub disk: u64,
    outages: Vec<Outage>,
}

/// The course of one call.
#[derive(Debug, Clone, Copy)]
pub struct Course {
    /// The way there.
    pub there: Duration,
    /// The way back.
    pub back: Duration,
    /// What is wrong, if anything.
    pub fault: Option<Fault>,
    /// Whether the system does what it is asked.
    pub happens: bool,
}

impl Weather {
    /// The climate of a story of this length.
    pub fn forecast(dice: &Dice, length: Duration) -> Self {
        let rough = dice.pick(&[0, 5, 20, 50, 120]);
        let disk = dice.pick(&[0, 0, 2, 6, 20]);
        let outages = (0..dice.below(5)).map(|_| {
            let system = dice.pick(&System::ALL);
            let from = dice.between(Duration::ZERO, length);
            let longest = if system == System::Disk { 12_000 } else { 90_000 };
            let to = from + dice.short(longest);
            Outage { system, from, to, fault: dice.pick(&Fault::ALL) }
        });
        Self { rough, disk, outages: outages.collect() }
    }

    /// Nothing is ever wrong.
    pub const fn fair() -> Self {
        Self { rough: 0, disk: 0, outages: Vec::new() }
    }

    /// One system has one fault all the time, and another a second one.
    #[must_use]
    pub fn with_outage(mut self, system: System, fault: Fault) -> Self {
        self.outages.push(Outage { system, from: Duration::ZERO, to: Duration::MAX, fault });
        self
    }

    /// What is wrong with a system now.
    pub fn outage(&self, system: System, now: Duration) -> Option<Fault> {
        let mut now_out = self.outages.iter().filter(|it| it.system == system && it.from <= now && now < it.to);
        now_out.next().map(|it| it.fault)
    }

    /// The course of a call made now.
    pub fn course(&self, system: System, now: Duration, dice: &Dice) -> Course {
        let fault = self.outage(system, now).or_else(|| dice.chance(self.rough).then(|| dice.pick(&Fault::ALL)));
        let slow = matches!(fault, Some(Fault::Slow | Fault::Silent));
        let there = dice.short(if slow { 40_000 } else { 120 });
        let happens = match fault {
            None | Some(Fault::Lost | Fault::Garbled | Fault::Slow) => true,
            Some(Fault::Silent) => dice.chance(500),
            Some(Fault::Down | Fault::Busy | Fault::Broken | Fault::Unauthorized) => false,
        };
        Course { there, back: dice.short(120), fault, happens }
    }
}
