//! Loading: from wants to licences with their seats. A handful of cached statements for each want, and every list has a bound.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::Connection;
use warifu_core::id::{ActivationId, InstallationId, LicenceId};
use warifu_core::licence::Licence;
use warifu_core::seat::{Activation, ActivationState, Device, Installation, Seat};
use warifu_core::state::{LicenceState, Released};
use warifu_core::time::Timestamp;
use warifu_service::port::{Loaded, LoadedLicence, Selector, Want};

use super::crowd;
use super::own;
use super::row::{activation, installation, licence, reply};
use super::trouble::{Result, Trouble};
use super::view::View;

/// Loads what `wants` name, as one moment's view.
pub(super) fn load(connection: &Connection, wants: &[Want], now: Timestamp) -> Result<Loaded> {
    // One transaction: one look at the file's state instead of one for each statement.
    let view = View::begin(connection)?;
    let mut loader = Loader::new(&view);
    let mut replies = Vec::new();
    let mut named = Vec::new();
    for want in wants {
        match want {
            Want::Licence { selector, installation, anchors, activation } => {
                let Some(place) = loader.find_licence(*selector)? else {
                    continue;
                };
                loader.want_seats(place, *installation, *activation)?;
                let Found { licence, crowded, .. } = &loader.found[place];
                if *crowded {
                    let mut seats = crowd::by_anchors(&view, licence.id, anchors)?;
                    if licence.seats_taken >= licence.seats {
                        seats.extend(crowd::silent(&view, licence.id)?);
                    }
                    loader.found[place].wanted.extend(seats);
                }
            }
            Want::Installation(id) => {
                let Some((place, activation)) = loader.find_with_licence(*id)? else {
                    continue;
                };
                loader.want_seats(place, Some(*id), Some(activation))?;
                if !named.contains(id) {
                    named.push(*id);
                }
            }
            Want::Reply(key) => {
                if let Some(found) = reply::find(&view, key, now)? {
                    replies.push((*key, found));
                }
            }
        }
    }
    let installations = named.iter().filter_map(|id| loader.installations.get(id)?.clone()).collect();
    Ok(Loaded { licences: loader.finish(now)?, installations, replies })
}

/// A licence that some want names.
struct Found {
    licence: Licence,
    /// Whether its seats stand in `crowded_seat`; otherwise all are loaded.
    crowded: bool,
    /// The seats to load when not all are.
    wanted: BTreeSet<ActivationId>,
    /// The installations that ask.
    asking: HashSet<InstallationId>,
}

struct Loader<'store> {
    connection: &'store Connection,
    found: Vec<Found>,
    selected: HashMap<Selector, Option<usize>>,
    by_id: HashMap<LicenceId, usize>,
    installations: HashMap<InstallationId, Option<Installation>>,
}

impl<'store> Loader<'store> {
    fn new(connection: &'store Connection) -> Self {
        Self {
            connection,
            found: Vec::new(),
            selected: HashMap::new(),
            by_id: HashMap::new(),
            installations: HashMap::new(),
        }
    }

    fn find_licence(&mut self, selector: Selector) -> Result<Option<usize>> {
        if let Some(place) = self.selected.get(&selector) {
            return Ok(*place);
        }
        let found = licence::find(self.connection, &selector)?;
        let place = found.map(|(licence, crowded)| self.add(licence, crowded));
        self.selected.insert(selector, place);
        Ok(place)
    }

    fn add(&mut self, licence: Licence, crowded: bool) -> usize {
        *self.by_id.entry(licence.id).or_insert_with(|| {
            self.found.push(Found { licence, crowded, wanted: BTreeSet::new(), asking: HashSet::new() });
            self.found.len() - 1
        })
    }

    /// An installation that asks, with the place of its licence: in one statement when neither has been read yet.
    fn find_with_licence(&mut self, id: InstallationId) -> Result<Option<(usize, ActivationId)>> {
        if let Some(known) = self.installations.get(&id) {
            let Some((licence, activation)) = known.as_ref().map(|known| (known.licence, known.activation))
            else {
                return Ok(None);
            };
            let place = self.find_licence(Selector::Id(licence))?.ok_or_else(|| {
                Trouble::Damaged(format!("licence {licence}: missing, but installation {id} names it"))
            })?;
            return Ok(Some((place, activation)));
        }
        let Some((installation, licence, crowded)) = own::with_licence(self.connection, id)? else {
            self.installations.insert(id, None);
            return Ok(None);
        };
        let activation = installation.activation;
        let selector = Selector::Id(licence.id);
        self.installations.insert(id, Some(installation));
        let place = self.add(licence, crowded);
        self.selected.insert(selector, Some(place));
        Ok(Some((place, activation)))
    }

    fn find_installation(&mut self, id: InstallationId) -> Result<Option<Installation>> {
        match self.installations.entry(id) {
            Entry::Occupied(known) => Ok(known.get().clone()),
            Entry::Vacant(place) => Ok(place.insert(installation::find(self.connection, id)?).clone()),
        }
    }

    /// Wants the seat that an installation runs on, and the one that is meant.
    fn want_seats(
        &mut self,
        place: usize,
        asking: Option<InstallationId>,
        meant: Option<ActivationId>,
    ) -> Result<()> {
        self.found[place].asking.extend(asking);
        if !self.found[place].crowded {
            return Ok(());
        }
        self.found[place].wanted.extend(meant);
        if let Some(asking) = asking {
            let own =
                self.find_installation(asking)?.filter(|own| own.licence == self.found[place].licence.id);
            self.found[place].wanted.extend(own.map(|own| own.activation));
        }
        Ok(())
    }

    fn finish(mut self, now: Timestamp) -> Result<Vec<LoadedLicence>> {
        let mut licences = Vec::with_capacity(self.found.len());
        for found in std::mem::take(&mut self.found) {
            let id = found.licence.id;
            let mut loaded =
                LoadedLicence { licence: found.licence, seats: Vec::new(), released: Released::default() };
            if found.crowded {
                for wanted in found.wanted {
                    loaded.seats.extend(seat(self.connection, id, wanted)?);
                }
                loaded.released = crowd::released(self.connection, id, now)?;
                let objects = |seat: &Seat| seat.objection_until().is_some_and(|until| until > now);
                let full = loaded.licence.seats_taken >= loaded.licence.seats;
                if full
                    && loaded.seats.iter().any(objects)
                    && let Some(latest) = crowd::latest(self.connection, id)?
                    && loaded.seats.iter().all(|seat| seat.activation.id != latest)
                {
                    loaded.seats.extend(seat(self.connection, id, latest)?);
                }
            } else {
                // One more than few, so that a licence whose mark is missing is noticed.
                loaded.seats = seats(self.connection, id, NONE_YET, LicenceState::SEATS_FEW as u32 + 1)?;
                if loaded.seats.len() > LicenceState::SEATS_FEW {
                    return Err(Trouble::Damaged(format!(
                        "licence {id}: has many seats but is not marked as crowded"
                    )));
                }
                loaded.released = count_released(&loaded.seats, now);
            }
            for seat in &mut loaded.seats {
                self.add_asking(seat, &found.asking)?;
            }
            licences.push(loaded);
        }
        Ok(licences)
    }

    /// A seat is loaded with the installations whose leases end last; one that asks belongs to them even when its lease ended before.
    fn add_asking(&mut self, seat: &mut Seat, asking: &HashSet<InstallationId>) -> Result<()> {
        if seat.installations.len() < Seat::INSTALLATIONS_LOADED {
            return Ok(());
        }
        for id in asking {
            if seat.installations.iter().all(|known| known.id != *id) {
                let own = self.find_installation(*id)?.filter(|own| own.activation == seat.activation.id);
                seat.installations.extend(own);
            }
        }
        Ok(())
    }
}

/// One seat of a licence.
pub(super) fn seat(connection: &Connection, licence: LicenceId, id: ActivationId) -> Result<Option<Seat>> {
    let Some((activation, device)) = activation::find(connection, licence, id)? else {
        return Ok(None);
    };
    Ok(Some(Seat { activation, device, installations: installation::newest(connection, id)? }))
}

/// A licence's seats after `after`, in the order of their activations' ids.
pub(super) fn seats(
    connection: &Connection,
    licence: LicenceId,
    after: ActivationId,
    limit: u32,
) -> Result<Vec<Seat>> {
    let found = activation::page(connection, licence, after, limit)?;
    let seat = |(activation, device): (Activation, Device)| {
        let installations = installation::newest(connection, activation.id)?;
        Ok(Seat { activation, device, installations })
    };
    found.into_iter().map(seat).collect()
}

/// The contested seats of all licences after `after`, in the order of their activations' ids.
pub(super) fn contested(
    connection: &Connection,
    after: ActivationId,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<Seat>> {
    let found = activation::contested(connection, after, limit, now)?;
    let seat = |(activation, device): (Activation, Device)| {
        let installations = installation::newest(connection, activation.id)?;
        Ok(Seat { activation, device, installations })
    };
    found.into_iter().map(seat).collect()
}

/// No activation has this id: what comes after it is all.
pub(super) const NONE_YET: ActivationId = ActivationId::from_bytes([0; 16]);

fn count_released(seats: &[Seat], now: Timestamp) -> Released {
    let mut released = Released::default();
    let year_ago = now.minus(Released::YEAR);
    let earlier =
        |known: Option<Timestamp>, time: Timestamp| Some(known.map_or(time, |known| known.min(time)));
    for seat in seats {
        let ActivationState::Released { at, lingers_until, .. } = seat.activation.state else {
            continue;
        };
        released.total += 1;
        if lingers_until > now {
            released.lingering += 1;
            released.lingering_first_end = earlier(released.lingering_first_end, lingers_until);
        }
        if at >= year_ago {
            released.within_year += 1;
            released.within_year_first = earlier(released.within_year_first, at);
        }
    }
    released
}
