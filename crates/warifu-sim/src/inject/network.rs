//! Faults of the network: messages that are lost, repeated or late.

use crate::act::unreachable;
use crate::fault::Fault;
use crate::stop::Stop;
use crate::world::World;

impl World {
    /// Something happens to a message.
    pub(crate) fn disturb(&mut self, fault: Fault, replies: bool) -> Result<(), Stop> {
        let met = |place: &usize| {
            let caller = self.callers.get(&self.messages[*place].call);
            caller.map_or(u64::MAX, |caller| self.coverage.met(fault, caller.command))
        };
        let Some(chosen) = self.command_messages(replies).into_iter().min_by_key(met) else { return Ok(()) };
        let call = self.messages[chosen].call;
        let Some(caller) = self.callers.get(&call).copied() else { return Ok(()) };
        self.coverage.count(fault, caller.command);
        self.trace.note(format_args!("#{} {}: {fault}", caller.installation, caller.command));
        match fault {
            Fault::RequestLost | Fault::ReplyLost => drop(self.messages.remove(chosen)),
            Fault::RequestRepeated => {
                let mut again = self.messages[chosen].clone();
                again.held_until = self.step + self.dice.below(60);
                self.messages.push(again);
            }
            _ => {
                self.messages[chosen].held_until = self.step + self.dice.between(10, 200);
                if self.dice.percent(60) {
                    return self.come_back(caller.installation, call, Err(unreachable("timed out")));
                }
            }
        }
        Ok(())
    }
}
