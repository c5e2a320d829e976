#include "tck/dcp/conformance/kit.hpp"

namespace kontor::tck::dcp {
namespace {

constexpr std::string_view issuance_cs[] = {
    "cs_06_05_01_credentialMessage",
    "cs_06_05_01_credentialMessage_noAuthHeader",
    "cs_06_05_01_credentialMessage_missingBearerPrefix",
    "cs_06_05_01_credentialMessage_invalidBody",
    "cs_06_05_01_credentialMessage_tokenSignedWithWrongKey",
    "cs_06_05_01_credentialMessage_tokenExpired",
    "cs_06_05_01_credentialMessage_iatInFuture",
    "cs_06_05_01_credentialMessage_nbfViolated",
    "cs_06_05_01_credentialMessage_incorrectAudience",
    "cs_06_05_01_credentialMessage_issNotEqualToSub",
    "cs_06_05_01_credentialMessage_jtiAlreadyUsed",
    "cs_06_05_01_credentialMessage_invalidStatus",
    "cs_06_06_01_credentialOfferMessage",
    "cs_06_06_01_credentialOfferMessage_onlyIds",
    "cs_06_06_01_credentialOfferMessage_noAuthHeader",
    "cs_06_06_01_credentialOfferMessage_missingBearerPrefix",
    "cs_06_06_01_credentialOfferMessage_invalidBody",
    "cs_06_06_01_credentialOfferMessage_tokenSignedWithWrongKey",
    "cs_06_06_01_credentialOfferMessage_tokenExpired",
    "cs_06_06_01_credentialOfferMessage_iatInFuture",
    "cs_06_06_01_credentialOfferMessage_nbfViolated",
    "cs_06_06_01_credentialOfferMessage_incorrectAudience",
    "cs_06_06_01_credentialOfferMessage_issNotEqualToSub",
    "cs_06_06_01_credentialOfferMessage_jtiAlreadyUsed",
};

constexpr std::string_view presentation_cs[] = {
    "cs_04_03_03_idTokenInvalidIssuerSub",
    "cs_04_03_03_idTokenInvalidSub",
    "cs_04_03_03_idtokenIncorrectAud",
    "cs_04_03_03_idtokenIncorrectSub",
    "cs_04_03_03_idtokenNbfInFuture",
    "cs_04_03_03_idtokenExpired",
    "cs_04_03_03_idtokenJtiUsedTwice",
    "cs_05_02_endpointDiscovery",
    "cs_05_03_01_accessTokenInvalidHeader",
    "cs_05_04_invalidTokenNotAuthorized",
    "cs_05_04_01_invalidScopeAndPresentationRequest",
    "cs_05_04_01_emptyPresentationDefinition",
    "cs_05_04_02_emptyScopeExpect4xx",
    "cs_05_04_01_02_scopeByTypeRequest",
    "cs_05_04_01_02_lessScopesThanAuthorizedByTypeRequest",
    "cs_05_04_01_02_invalidScopeEscalationRequest",
};

constexpr std::string_view issuance_issuer[] = {
    "is_6_4_1_credentialRequest",
    "is_6_4_2_credentialRequest_noAuthHeader",
    "is_6_4_3_credentialRequest_noBearerPrefix",
    "is_6_4_4_credentialRequest_invalidBody",
    "is_6_4_5_credentialRequest_tokenSignedWithWrongKey",
    "is_6_4_6_credentialRequest_tokenExpired",
    "is_6_4_7_credentialRequest_iatInFuture",
    "is_6_4_8_credentialRequest_nbfViolated",
    "is_6_4_8_credentialRequest_invalidAud",
    "is_6_4_10_credentialRequest_issNotEqualSub",
    "is_6_4_11_credentialRequest_jtiAlreadyUsed",
    "is_6_4_12_credentialRequest_missingHolderPid",
    "is_6_8_1_credentialStatusRequest",
    "is_6_8_2_credentialStatusRequest_noAuthHeader",
    "is_6_8_3_credentialStatusRequest_noBearerPrefix",
    "is_6_8_5_credentialStatusRequest_tokenSignedWithWrongKey",
    "is_6_8_6_credentialStatusRequest_tokenExpired",
    "is_6_8_7_credentialStatusRequest_iatInFuture",
    "is_6_8_8_credentialStatusRequest_nbfViolated",
    "is_6_8_8_credentialStatusRequest_invalidAud",
    "is_6_8_10_credentialStatusRequest_issNotEqualSub",
    "is_6_8_11_credentialStatusRequest_jtiAlreadyUsed",
    "is_6_8_12_credentialStatusRequest_requestIdNotFound",
    "is_6_2_endpointDiscovery",
    "is_6_7_issuerMetadata",
};

constexpr std::string_view presentation_verifier[] = {
    "presentationResponse_rejectMissingBearerPrefix",
    "verifier_04_03_03_idTokenInvalidIssuerSub",
    "verifier_04_03_03_idTokenInvalidSub",
    "verifier_04_03_03_idTokenIncorrectAud",
    "verifier_04_03_03_idTokenIncorrectSub",
    "verifier_04_03_03_idTokenNbfInFuture",
    "verifier_04_03_03_idTokenExpired",
    "verifier_04_03_03_idTokenJtiUsedTwice",
    "verifier_04_03_01_presentationResponse_idTokenNoTokenClaim",
    "presentationResponse_endpointDiscovery",
    "verifier_05_01_presentationResponse_success",
    "verifier_05_04_02_01_presentationResponse_tooFewCredentials",
    "verifier_05_04_02_02_presentationResponse_tooManyCredentials",
    "verifier_05_04_02_03_presentationResponse_emptyPresentations",
    "verifier_05_04_02_04_presentationResponse_emptyCredentials",
    "verifier_05_04_03_presentationResponse_holderNotEqualSubjectId",
    "verifier_05_04_03_07_presentationResponse_expiredCredential",
    "verifier_05_04_03_06_presentationResponse_credentialRevoked",
    "verifier_05_04_03_06_presentationResponse_notYetValidCredential",
    "verifier_x_x_presentationResponse_invalidCredentialSchema",
};

constexpr KitPart parts[] = {
    {"issuance.cs", issuance_cs},
    {"presentation.cs", presentation_cs},
    {"issuance.issuer", issuance_issuer},
    {"presentation.verifier", presentation_verifier},
};

}  // namespace

std::span<const KitPart> kit() {
  return parts;
}

}  // namespace kontor::tck::dcp
