#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tck/dcp/conformance/kit.hpp"
#include "tck/dcp/conformance/stage.hpp"

namespace kontor::tck::dcp {

using Play = std::function<void(Stage&)>;

/// A case of the kit by its id. It throws `installation::Failed` with what is not as it must be.
struct Case {
  std::string id;
  Play play;
};

/// Those of one part of the kit.
std::vector<Case> issuance_cs();
std::vector<Case> presentation_cs();
std::vector<Case> issuance_issuer();
std::vector<Case> presentation_verifier();
std::vector<Case> all_cases();

/// A message that the system under test takes as it is.
using Make = std::function<Message(Stage&)>;

/// The message is refused with the fault. So that this says something, it is taken without: with a new proof,
/// and made anew.
Play broken(Make make, Fault fault);
/// The same with any change of message or proof.
Play broken(Make make, std::function<void(Stage&, Message&, Proof&)> change);
/// A proof is taken once, whatever message it comes with.
Play used_twice(Make make);

/// What the kit's cases for one endpoint have in common, under its prefix and the endings that it has there.
struct Endings {
  std::string_view no_header, no_scheme, wrong_key, expired, issued_in_future, not_yet_valid, other_audience,
      other_subject, used_twice;
};
std::vector<Case> cases_of_proofs(const std::string& prefix, const Endings& endings, const Make& make);
void append(std::vector<Case>& all, std::vector<Case> more);

// Messages that are taken, for rules of our own too.

/// The issuer of the counter-party delivers both credentials that the holder under test has asked for.
Message delivery(Stage& stage);
/// It offers one credential, the same each time.
Message offer(Stage& stage);
/// The verifier of the counter-party asks the holder under test by the access token for these scopes.
Message query(Stage& stage, const std::string& access_token, json::Array scopes);
/// The holder of the counter-party asks the issuer under test for everything that it has.
Message request(Stage& stage, const std::string& holder_pid);
/// It asks what became of the request at that location.
Message status(Stage& stage, const std::string& location);
/// It makes the verifier under test ask for credentials, by the access token.
Message trigger(Stage& stage, const std::string& access_token);

/// The verifier under test asks once and is answered so, and takes what it gets, or refuses it.
void shows(Stage& stage, CounterParty::Answer answer, bool taken);
/// A membership of the holder of the counter-party as the kit has them, changed before it is signed.
std::string membership_of_the_holder(Stage& stage, const CounterParty::Change& change = {});

/// An access token of the holder under test for a party, from its secure token service.
std::string access_token(Stage& stage, const Party& verifier, const std::string& scopes);
std::string scope_of(std::string_view type);
/// Of the profile `vc11-sl2021/jwt`, what the issuer under test issues.
json::Array offered_ids(Stage& stage);

}  // namespace kontor::tck::dcp
