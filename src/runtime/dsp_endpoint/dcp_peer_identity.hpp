#pragma once

#include "platform/assembly/assembly.hpp"
#include "runtime/dsp_endpoint/peer_identity.hpp"
#include "runtime/verifier/peer_verifier.hpp"
#include "runtime/verifier/standing.hpp"

namespace kontor::runtime::dsp_endpoint {

/// By self-issued tokens and presentations of credentials.   [DCP 1.0]
class DcpPeerIdentity final : public PeerIdentity {
 public:
  DcpPeerIdentity(verifier::PeerVerifier& verifier, verifier::Presentations& presentations,
                  verifier::StatusLists& status_lists, identity::SelfIssuedTokens& tokens)
      : verifier_(verifier), presentations_(presentations), status_lists_(status_lists), tokens_(tokens) {}

  Task<Result<protocol::dcp::Caller>> verify(std::string authorization, Called called,
                                             platform::async::Deadline deadline) override {
    return verifier_.verify(std::move(authorization), {std::move(called.context), true, called.relationships},
                            deadline);
  }
  std::optional<Did> claimed(const std::string& authorization) const override {
    const auto bearer = protocol::dcp::bearer_token(authorization);
    auto token = bearer ? protocol::dcp::parse_self_issued(*bearer) : fail(bearer.error().code, "no token");
    if (!token) return std::nullopt;
    return std::move(token->key.did);
  }
  Task<Result<verifier::Peer>> credentials(verifier::Presentations::Question question,
                                           platform::async::Deadline deadline) override {
    return presentations_.ask(std::move(question), deadline);
  }
  Task<Result<verifier::Peer>> still_good(verifier::Peer proved, Instant now,
                                          platform::async::Deadline deadline) override {
    return verifier::still_good(status_lists_, std::move(proved), now, deadline);
  }
  Task<Result<std::string>> authorization(ContextId context, Did audience,
                                          std::vector<protocol::dcp::Scope> scopes) override {
    return tokens_.granting(std::move(context), std::move(audience), std::move(scopes));
  }
  Task<Result<std::string>> renewing(ContextId context, Did audience, std::string access_token) override {
    return tokens_.presenting(std::move(context), std::move(audience), std::move(access_token));
  }

 private:
  verifier::PeerVerifier& verifier_;
  verifier::Presentations& presentations_;
  verifier::StatusLists& status_lists_;
  identity::SelfIssuedTokens& tokens_;
};

/// How the participants of a process and their counter-parties know each other. Another assembly that
/// provides `PeerIdentity` takes this one's place.
struct DcpPeerIdentityAssembly {
  static constexpr std::string_view name = "peer-identity";
  using Requires = platform::assembly::Services<verifier::PeerVerifier, verifier::Presentations,
                                                verifier::StatusLists, identity::SelfIssuedTokens>;
  using Provides = platform::assembly::Services<PeerIdentity>;
  using Config = platform::assembly::NoConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    return std::make_unique<DcpPeerIdentity>(
        needs.get<verifier::PeerVerifier>(), needs.get<verifier::Presentations>(),
        needs.get<verifier::StatusLists>(), needs.get<identity::SelfIssuedTokens>());
  }
};

}  // namespace kontor::runtime::dsp_endpoint
