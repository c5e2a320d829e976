#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "domain/obtaining/types.hpp"
#include "protocol/dsp/catalog.hpp"

/// Which of several offers is taken.
namespace kontor::domain::obtaining {

/// What nobody here understands in a policy, as sentences; empty: all of it is understood.
using Problems = std::function<std::vector<std::string>(const odrl::Policy&)>;

/// The offer to negotiate about, ready to be sent: with the dataset as target and the counter-party as
/// assigner. Its transfer type must be among the dataset's distributions.
///
/// Where the caller accepts certain policies: the first of them that an offer says the same as, by meaning;
/// of several such offers the first of the catalog. Where it names none: of the offers that we understand
/// altogether the one with the fewest terms (constraints, duties, prohibitions and obligations together), and
/// of several such the first of the catalog. Whether we fulfil them is judged by the provider.
///
/// Errors: the failure of hop `offer`, with what is wrong with each offer.
std::expected<odrl::Policy, Failure> choose_offer(const Wanted& wanted, const dsp::Dataset& dataset,
                                                  const Problems& problems);

/// Whether an agreement's terms are among those that the caller accepts; any are, where it names none.
bool accepts(const Wanted& wanted, const odrl::Policy& agreement);

}  // namespace kontor::domain::obtaining
