#pragma once

#include "installation/installation.hpp"
#include "tck/dcp/system/parties.hpp"

/// The three roles under test, made over the public APIs. What is not answered as it has to be is thrown
/// (`installation::Failed`).
namespace kontor::tck::dcp {

/// A connector that shows its catalog to whoever proves a membership; `undeclared`: also with keys of DID
/// documents that declare no verification relationship.
void sow_verifier(installation::Driver& driver, const installation::Installation& kontor,
                  const Parties& parties, bool undeclared);
/// Two definitions, each given at once to every holder, and the counter-party's holder as the only one.
void sow_issuer(installation::Driver& driver, const installation::Installation& kontor,
                const Parties& parties);
/// A credential service that has asked the counter-party's issuer for both credentials, twice. Returns the
/// secret of its account at the secure token service.
std::string sow_holder(installation::Driver& driver, const installation::Installation& kontor,
                       const Parties& parties);

}  // namespace kontor::tck::dcp
