//! The demo world: fictional people with their data in each outside system.

use crate::names::{FIRST_NAMES, LAST_NAMES, OTHER_ASSETS, PASSWORD_WORDS, STREETS, TOWNS, Town};

/// Number of people with an account at the identity provider.
const KNOWN_USERS: usize = 12;
/// Number of devices in stock.
const STOCK: usize = 10;
/// Ids in the outside systems are sequential per account, with small gaps.
const FIRST_REQUESTER_ID: u64 = 21_000_418_006;
const FIRST_CONTACT_ID: u64 = 31_016_358_306;
/// Special cases repeat every hundred people, so that a small world has all of them.
const CYCLE: u64 = 100;

/// Initial data of the stand-ins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    /// The customers, in order of requester ids.
    pub people: Vec<Person>,
    /// Serial numbers of devices in stock (`A07`).
    pub stock: Vec<String>,
}

/// A fictional customer with their data in the outside systems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Primary e-mail address, in a domain reserved for examples. `None` if the requester has only a phone number.
    pub email: Option<String>,
    /// Mobile phone number, as entered.
    pub phone: String,
    /// Street, city and postal code on one line.
    pub address: String,
    /// The requester id in the service desk (`A01`).
    pub requester_id: u64,
    /// Contact ids in the CRM: usually one, sometimes none, two for a few duplicates.
    pub contact_ids: Vec<u64>,
    /// Password of the account at the identity provider, if there is one.
    pub password: Option<String>,
    /// Serial numbers of their devices ("Hybrid Inverter Bundle" assets), used for both serial fields (`A06`).
    pub devices: Vec<String>,
    /// Names of other assets, which are not devices (a router, a laptop).
    pub other_assets: Vec<String>,
}

impl World {
    /// A world without people, for tests with their own data.
    pub fn empty() -> Self {
        Self::default()
    }

    /// A realistic world of `people` customers, reproducible from `seed`.
    ///
    /// Most have one device, some two or three, some none, and a tenth only other assets. Of every hundred, five have
    /// no contact in the CRM, three have two contacts with one e-mail address, and two have no e-mail address. The
    /// first dozen people with exactly one record in each system have an account at the identity provider: the known
    /// users.
    pub fn demo(people: usize, seed: u64) -> Self {
        let mut maker = Maker::new(seed);
        let mut world = Self { people: (0..people).map(|_| maker.person()).collect(), stock: Vec::new() };
        world.stock = (0..STOCK).map(|_| maker.serial()).collect();
        let known = world.people.iter_mut().filter(|person| person.email.is_some() && person.contact_ids.len() == 1);
        for person in known.take(KNOWN_USERS) {
            person.password = Some(maker.password());
        }
        world
    }

    /// The people with an account at the identity provider, with e-mail address and password.
    pub fn known_users(&self) -> impl Iterator<Item = (&Person, &str, &str)> {
        self.people.iter().filter_map(|person| Some((person, person.email.as_deref()?, person.password.as_deref()?)))
    }
}

impl Person {
    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// Generates people one by one. Unique values are counted, others drawn from the seed.
struct Maker {
    draw: Draw,
    made: u64,
    offset: u64,
    requester_id: u64,
    contact_id: u64,
    serials: u64,
    /// Numbers used so far of each range, in the order of [`Phone`].
    phones: [u64; 4],
}

impl Maker {
    fn new(seed: u64) -> Self {
        let mut draw = Draw(seed);
        let offset = draw.below(CYCLE);
        Self {
            draw,
            made: 0,
            offset,
            requester_id: FIRST_REQUESTER_ID,
            contact_id: FIRST_CONTACT_ID,
            serials: 0,
            phones: [0; 4],
        }
    }

    fn person(&mut self) -> Person {
        // 37 and the cycle are coprime: each hundred people use every slot once, in no obvious order.
        let slot = (self.made * 37 + self.offset) % CYCLE;
        let first_name = self.draw.one_of(FIRST_NAMES);
        let last_name = self.draw.one_of(LAST_NAMES);
        let has_email = slot >= 2;
        let email = has_email.then(|| self.email(first_name, last_name));
        let contacts = match slot {
            0..7 => 0,
            7..10 => 2,
            _ => 1,
        };
        let devices = match self.draw.below(20) {
            0..2 => 0,
            2..15 => 1,
            15..18 => 2,
            _ => 3,
        };
        let only_other_assets = slot % 10 == 5;
        let has_other_assets = only_other_assets || self.draw.below(6) == 0;
        let (phone, address) = self.home();
        let person = Person {
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            email,
            phone,
            address,
            requester_id: self.requester_id,
            contact_ids: (0..contacts).map(|_| self.contact_id()).collect(),
            password: None,
            devices: if only_other_assets { Vec::new() } else { (0..devices).map(|_| self.serial()).collect() },
            other_assets: if has_other_assets { vec![self.draw.one_of(OTHER_ASSETS).to_owned()] } else { Vec::new() },
        };
        self.made += 1;
        self.requester_id += 1 + self.draw.below(3);
        person
    }

    /// A unique e-mail address. Some contain a `+tag`, which clients often encode incorrectly.
    fn email(&mut self, first_name: &str, last_name: &str) -> String {
        let domain = self.draw.one_of(&["example.com", "example.org", "example.net"]);
        let tag = if self.draw.below(40) == 0 { "+home" } else { "" };
        let number = self.made + 1;
        format!("{}.{}{number}{tag}@{domain}", mailbox(first_name), mailbox(last_name))
    }

    fn home(&mut self) -> (String, String) {
        let Town { name, postal_code, phone } = self.draw.one_of(TOWNS);
        let given = &mut self.phones[phone as usize];
        let phone = phone.number(*given);
        *given += 1;
        let house = 1 + self.draw.below(180);
        let street = self.draw.one_of(STREETS);
        (phone, format!("{house} {street}, {name}, {postal_code}"))
    }

    fn contact_id(&mut self) -> u64 {
        let id = self.contact_id;
        self.contact_id += 1 + self.draw.below(9);
        id
    }

    fn serial(&mut self) -> String {
        self.serials += 1;
        let week = 1 + self.draw.below(52);
        format!("HIB26W{week:02}{:05}", self.serials)
    }

    fn password(&mut self) -> String {
        let (one, two) = (self.draw.one_of(PASSWORD_WORDS), self.draw.one_of(PASSWORD_WORDS));
        format!("{one}-{two}-{}", 100 + self.draw.below(900))
    }
}

/// The local part derived from a name: lower-case ASCII letters.
fn mailbox(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .filter_map(|letter| match letter {
            'á' | 'à' | 'ã' | 'ä' | 'å' => Some('a'),
            'é' | 'è' | 'ë' | 'ễ' => Some('e'),
            'í' | 'ï' | 'ı' => Some('i'),
            'ñ' | 'ń' => Some('n'),
            'ó' | 'ö' | 'ø' => Some('o'),
            'ü' | 'ú' => Some('u'),
            'ç' | 'ć' => Some('c'),
            'ł' => Some('l'),
            'š' => Some('s'),
            'ž' => Some('z'),
            other => other.is_ascii_lowercase().then_some(other),
        })
        .collect()
}

/// A `SplitMix64` generator, so that the demo does not change when a library changes its algorithm.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        let index = self.below(list.len() as u64);
        list[usize::try_from(index).unwrap_or(0)]
    }
}
