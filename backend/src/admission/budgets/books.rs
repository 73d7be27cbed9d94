//! The books: every scope's account, changed in steps that touch all of a request's scopes or none.
//!
//! They know nothing of clocks, locks or requests under way: the time comes in, and whoever holds the lock around them has them whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::api::budget::{BudgetInfo, BudgetScope};
use shared::money::NanoUsd;
use shared::time::{Day, UnixMillis};
use store::{Payer, Scope, Total, Window};

use super::account::{Account, Book, Crowd};
use super::{Alert, Refusal};
use configuration::BudgetLimits;

/// Accounts of tokens, of sessions and of addresses that are kept at most, of each kind; some 10 MB. It is as many as there can be sessions.
pub(super) const CROWD_MAX: usize = 100_000;

/// The windows that are open: a day, and the month that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spans {
    pub(super) day: Day,
    pub(super) month: Day,
}

/// All accounts.
#[derive(Debug)]
pub(super) struct Books {
    /// The latest moment that they heard of. Windows never open twice: where the clock is moved back, those that are open stay so.
    latest: UnixMillis,
    pub(super) is_stopped: bool,
    overall: Book,
    environments: BTreeMap<Arc<str>, Book>,
    tokens: Crowd,
    addresses: Crowd,
    sessions: Crowd,
}

impl Spans {
    pub(super) const fn at(moment: UnixMillis) -> Self {
        let day = moment.day();
        Self {
            day,
            month: day.month(),
        }
    }
}

impl Books {
    pub(super) fn new(limits: BudgetLimits, now: UnixMillis, crowd_max: usize) -> Self {
        let book = |limit| Book {
            limit,
            ..Book::default()
        };
        let environments = limits.environments.into_iter();
        Self {
            latest: now,
            is_stopped: false,
            overall: book(limits.overall),
            environments: environments
                .map(|(name, limit)| (name, book(limit)))
                .collect(),
            tokens: Crowd::new(limits.token, crowd_max),
            addresses: Crowd::new(limits.address, crowd_max),
            sessions: Crowd::new(limits.session, crowd_max),
        }
    }

    /// Opens the windows that `now` is in, if they are later than those that are open.
    pub(super) fn turn(&mut self, now: UnixMillis) {
        if now <= self.latest {
            return;
        }
        let (was, now) = (
            Spans::at(std::mem::replace(&mut self.latest, now)),
            Spans::at(now),
        );
        if was == now {
            return;
        }
        self.overall.account.turn(was, now);
        for book in self.environments.values_mut() {
            book.account.turn(was, now);
        }
        for crowd in [&mut self.tokens, &mut self.addresses, &mut self.sessions] {
            crowd.turn(was, now);
        }
    }

    /// The moment that whatever happens now belongs to.
    pub(super) const fn now(&self) -> UnixMillis {
        self.latest
    }

    /// Everybody's sums.
    pub(super) const fn overall(&self) -> &Account {
        &self.overall.account
    }

    /// Takes in what was spent before this server began. Those who were near a limit then were told.
    pub(super) fn restore(&mut self, totals: Vec<Total>) {
        let spans = Spans::at(self.latest);
        for Total {
            scope,
            window,
            spent,
        } in totals
        {
            let account = match scope {
                Scope::Overall => Some(&mut self.overall.account),
                Scope::Environment(name) => {
                    Some(&mut self.environments.entry(name).or_default().account)
                }
                Scope::Token(id) => self.tokens.opened(id),
                Scope::Session(id) => self.sessions.opened(id),
                Scope::Address(id) => self.addresses.opened(id),
            };
            let sums = account.and_then(|account| match window {
                Window::Day(day) => (day == spans.day).then_some(&mut account.day),
                Window::Month(month) => (month == spans.month).then_some(&mut account.month),
            });
            if let Some(sums) = sums {
                sums.spent = sums.spent.saturating_add(spent);
            }
        }
        let limit = self.tokens.limit;
        for account in self.tokens.all() {
            account
                .newly_reached(BudgetScope::Token, limit, spans)
                .for_each(drop);
        }
        for book in self.environments.values_mut().chain([&mut self.overall]) {
            let reached = book
                .account
                .newly_reached(BudgetScope::Overall, book.limit, spans);
            reached.for_each(drop);
        }
    }

    /// The budgets of everybody, of an environment and of a token that `payer` has carried over a mark since this was asked last.
    pub(super) fn newly_reached(&mut self, payer: &Payer) -> Vec<Alert> {
        let spans = Spans::at(self.latest);
        let mut alerts = Vec::new();
        let mut tell = |scope: Scope, kind, account: &mut Account, limit| {
            let reached = account.newly_reached(kind, limit, spans);
            alerts.extend(reached.map(|budget| Alert {
                scope: scope.clone(),
                budget,
            }));
        };
        let Book { limit, account } = &mut self.overall;
        tell(Scope::Overall, BudgetScope::Overall, account, *limit);
        if let Some(Book { limit, account }) = self.environments.get_mut(&payer.environment) {
            let scope = Scope::Environment(Arc::clone(&payer.environment));
            tell(scope, BudgetScope::Environment, account, *limit);
        }
        let limit = self.tokens.limit;
        if let Some(id) = payer.token
            && let Some(account) = self.tokens.existing(id)
        {
            tell(Scope::Token(id), BudgetScope::Token, account, limit);
        }
        alerts
    }

    /// Every budget that holds for `payer`.
    pub(super) fn standings(&self, payer: &Payer) -> impl Iterator<Item = BudgetInfo> {
        let spans = Spans::at(self.latest);
        let environment = self.environments.get(&payer.environment);
        let crowd = |crowd: &Crowd, id: Option<_>| Some((crowd.limit, crowd.account(id?)));
        [
            (
                BudgetScope::Overall,
                Some((self.overall.limit, self.overall.account)),
            ),
            (
                BudgetScope::Environment,
                environment.map(|book| (book.limit, book.account)),
            ),
            (BudgetScope::Token, crowd(&self.tokens, payer.token)),
            (BudgetScope::Address, crowd(&self.addresses, payer.address)),
            (BudgetScope::Session, crowd(&self.sessions, payer.session)),
        ]
        .into_iter()
        .filter_map(|(scope, account)| Some((scope, account?)))
        .flat_map(move |(scope, (limit, account))| account.standings(scope, limit, spans))
    }

    /// Every budget that is nobody's own: everybody's, and those of environments by their names.
    pub(super) fn common(&self) -> Vec<(Option<Arc<str>>, BudgetInfo)> {
        let spans = Spans::at(self.latest);
        let overall =
            self.overall
                .account
                .standings(BudgetScope::Overall, self.overall.limit, spans);
        let environments = self.environments.iter().flat_map(|(name, book)| {
            let standings = book
                .account
                .standings(BudgetScope::Environment, book.limit, spans);
            standings.map(|budget| (Some(Arc::clone(name)), budget))
        });
        overall
            .map(|budget| (None, budget))
            .chain(environments)
            .collect()
    }

    /// Whether all budgets of `payer` have `amount` left.
    pub(super) fn check(&self, payer: &Payer, amount: NanoUsd) -> Result<(), Refusal> {
        self.refuse_where(payer, amount, |budget| amount > budget.left())
    }

    /// Whether all of them would have it once everything that is held now were given back.
    pub(super) fn check_when_all_is_settled(
        &self,
        payer: &Payer,
        amount: NanoUsd,
    ) -> Result<(), Refusal> {
        self.refuse_where(payer, amount, |budget| {
            amount > budget.limit.saturating_sub(budget.spent)
        })
    }

    /// Of several budgets that lack it, the one is told that lacks it longest: for ever where it is less than `amount` as a whole.
    fn refuse_where(
        &self,
        payer: &Payer,
        amount: NanoUsd,
        lacks: impl Fn(&BudgetInfo) -> bool,
    ) -> Result<(), Refusal> {
        if self.is_stopped {
            return Err(Refusal::Stopped);
        }
        let lacking = self.standings(payer).filter(lacks);
        let longest =
            lacking.max_by_key(|budget| (amount > budget.limit, budget.resets_at, budget.scope));
        longest.map_or(Ok(()), |budget| Err(Refusal::Lacking { amount, budget }))
    }

    /// Holds `amount` in every scope of `payer`, which has it left.
    pub(super) fn hold(&mut self, payer: &Payer, amount: NanoUsd) {
        self.overall.account.hold(amount);
        self.environment(&payer.environment).hold(amount);
        for (crowd, id) in [
            (&mut self.tokens, payer.token),
            (&mut self.addresses, payer.address),
            (&mut self.sessions, payer.session),
        ] {
            if let Some(account) = id.and_then(|id| crowd.opened(id)) {
                account.hold(amount);
            }
        }
    }

    /// Holds `kept` in place of `held` in every scope of `payer`, with `spent` booked in the same step. What was held since `opened_at` belongs
    /// to the windows of that moment; those that are closed are left alone.
    pub(super) fn exchange(
        &mut self,
        payer: &Payer,
        opened_at: UnixMillis,
        held: NanoUsd,
        kept: NanoUsd,
        spent: NanoUsd,
    ) {
        let (opened, open) = (Spans::at(opened_at), Spans::at(self.latest));
        let change = |account: &mut Account| {
            if opened.day == open.day {
                account.day.exchange(held, kept, spent);
            }
            if opened.month == open.month {
                account.month.exchange(held, kept, spent);
            }
        };
        change(&mut self.overall.account);
        change(self.environment(&payer.environment));
        for (crowd, id) in [
            (&mut self.tokens, payer.token),
            (&mut self.addresses, payer.address),
            (&mut self.sessions, payer.session),
        ] {
            // Whoever holds something has an account, unless the windows that it belongs to are closed.
            if let Some(account) = id.and_then(|id| crowd.existing(id)) {
                change(account);
            }
        }
    }

    fn environment(&mut self, name: &Arc<str>) -> &mut Account {
        &mut self
            .environments
            .entry(Arc::clone(name))
            .or_default()
            .account
    }

    #[cfg(test)]
    pub(super) fn crowds_len(&self) -> usize {
        [&self.tokens, &self.addresses, &self.sessions]
            .into_iter()
            .map(Crowd::len)
            .sum()
    }
}
