#pragma once

#include <array>
#include <string>
#include <string_view>

/// Who is under test, and what its counter-party is told of it.
namespace kontor::tck::dcp {

/// The participants of the installation under test, a role each.
inline constexpr std::string_view holder_context = "holder";
inline constexpr std::string_view issuer_context = "issuer";
inline constexpr std::string_view verifier_context = "verifier";

/// What the counter-party's issuer issues, the issuer under test as well, and of which the verifier under
/// test demands the first.
inline constexpr std::array<std::string_view, 2> credential_types{"MembershipCredential",
                                                                  "SensitiveDataCredential"};

/// The dataspace profile under which the verifier demands it.
inline constexpr std::string_view profile_name = "members";

/// Names, addresses and secrets. The counter-party plays every role that is not under test, each under a DID
/// of its own at one address; the plain-HTTP `did:web` documents of both sides are the other's only way to
/// them.
struct Parties {
  std::string counter_party;  ///< `http://127.0.0.1:port`, where it listens
  std::string holder;         ///< DID of the holder under test, with a credential service
  std::string issuer;         ///< DID of the issuer under test
  std::string verifier;       ///< DID of the verifier under test
  std::string token_service;  ///< of the holder under test: `/token` comes after it
  std::string client_secret;  ///< of the holder's account there; its client id is the DID
  std::string trigger;  ///< where a POST makes the verifier under test ask whoever calls for credentials

  /// Requests that the counter-party's issuer has got from the holder under test, one for each of the kit's
  /// parts that deliver: a request brings a hundred credentials at most.
  std::string correlation_id;               ///< for issuance
  std::string presentation_correlation_id;  ///< for presentation

  /// The counter-party's DID in a role: `issuer`, `holder`, `verifier`, `thirdparty`.
  std::string counter_party_did(std::string_view role) const;
};

/// A part of the kit, with one role under test.
struct Part {
  std::string_view name;  ///< the end of the package of its cases
  int cases;              ///< that are played
  int skipped;            ///< that the kit itself has disabled
};
inline constexpr std::array<Part, 4> parts{{{"issuance.cs", 24, 0},
                                            {"presentation.cs", 16, 3},
                                            {"issuance.issuer", 25, 0},
                                            {"presentation.verifier", 20, 0}}};

/// The kit's properties for a part.
std::string kit_properties(const Parties& parties, const Part& part);

}  // namespace kontor::tck::dcp
