#include "app/foundation/sealed_members.hpp"

#include <array>

namespace kontor::app::foundation {
namespace {

using platform::store::sealed::SealedEffects;
using platform::store::sealed::SealedKind;
using Members = std::string_view;

constexpr Members credential[] = {
    "verifiableCredential.rawVc", "verifiableCredential.credential.credentialSubject",
    "verifiableCredential.credential.name", "verifiableCredential.credential.description"};
constexpr Members issued_credential[] = {"credential.credentialSubject", "credential.name",
                                         "credential.description"};
constexpr Members issuance_process[] = {"claims", "accessToken"};
constexpr Members holder[] = {"properties"};
constexpr Members attestation_definition[] = {"configuration"};
constexpr Members application[] = {"properties", "documents", "history"};
constexpr Members client_secrets[] = {"secretHash", "endingSecret"};
/// The description may name people: whom to ask.
constexpr Members sharing_application[] = {"secretHash", "endingSecret", "description"};
constexpr Members identity_context[] = {"properties"};
/// Where the data is, the token that opens it, what the counter-party proved, and the address of the source.
constexpr Members transfer[] = {"dataAddress", "claims", "explanation",
                                "dataplaneMetadata.properties.dataAddress"};
constexpr Members asset[] = {"secretDataAddress"};
/// What the counter-party proved; an explanation says what of it did not do.
constexpr Members negotiation[] = {"claims", "agreement.claims", "explanation"};
constexpr Members agreement[] = {"claims"};
constexpr Members data_flow[] = {"terms.claims"};

/// The effects of an issuance hold the holder's access token.
constexpr std::array kinds{
    SealedKind{"credential", credential},
    SealedKind{"issued-credential", issued_credential},
    SealedKind{.kind = "issuance-process", .members = issuance_process, .effects = SealedEffects::all},
    SealedKind{"holder", holder},
    SealedKind{"attestation-definition", attestation_definition},
    SealedKind{"application", application},
    SealedKind{"token-client", client_secrets},
    SealedKind{"secure-token-account", client_secrets},
    SealedKind{"sharing-application", sharing_application},
    SealedKind{"identity-context", identity_context},
    SealedKind{"asset", asset},
    SealedKind{"transfer-process", transfer, SealedEffects::with_members},
    SealedKind{"contract-negotiation", negotiation, SealedEffects::with_members},
    SealedKind{"contract-agreement", agreement},
    SealedKind{"data-flow", data_flow},
};

}  // namespace

platform::store::sealed::SealedKinds sealed_kinds() {
  return kinds;
}

bool is_sealed(const entity::Kind& kind) {
  return find_sealed(kinds, kind.name) != nullptr;
}

}  // namespace kontor::app::foundation
