#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/random/random.hpp"
#include "platform/assembly/assembly.hpp"
#include "runtime/dsp_endpoint/peer_identity.hpp"

namespace kontor::connector {

/// Counter-parties say in the Authorization header who they are, and are believed; nobody holds credentials.
/// `Scheme` is what the header looks like:
///
///     static constexpr std::string_view name;                      of the assembly
///     static Result<Did> caller(std::string_view header);          Errors: unauthenticated
///     static std::string header_for(const ContextId& context, const Did& audience);    what it sends
template <class Scheme>
class HeaderIdentity final : public runtime::dsp_endpoint::PeerIdentity {
 public:
  using Deadline = platform::async::Deadline;

  HeaderIdentity(platform::async::Clock& clock, Random& random) : clock_(clock), random_(random) {}

  Task<Result<protocol::dcp::Caller>> verify(std::string header, Called, Deadline) override {
    auto did = Scheme::caller(header);
    if (!did) co_return fail(std::move(did.error()));
    protocol::dcp::Caller caller;
    caller.did = std::move(*did);
    caller.single_use = {caller.did, new_uuid(random_), clock_.now() + std::chrono::minutes(5)};
    co_return caller;
  }
  Task<Result<runtime::verifier::Peer>> credentials(runtime::verifier::Presentations::Question question,
                                                    Deadline) override {
    co_return runtime::verifier::Peer{question.caller.did, {}, {}};
  }
  Task<Result<runtime::verifier::Peer>> still_good(runtime::verifier::Peer proved, Instant,
                                                   Deadline) override {
    co_return proved;
  }
  Task<Result<std::string>> authorization(ContextId context, Did audience,
                                          std::vector<protocol::dcp::Scope>) override {
    co_return Scheme::header_for(context, audience);
  }

 private:
  platform::async::Clock& clock_;
  Random& random_;
};

template <class Scheme>
struct HeaderIdentityAssembly {
  static constexpr std::string_view name = Scheme::name;
  using Requires = platform::assembly::Services<platform::async::Clock, Random>;
  using Provides = platform::assembly::Services<runtime::dsp_endpoint::PeerIdentity>;
  using Config = platform::assembly::NoConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    return std::make_unique<HeaderIdentity<Scheme>>(needs.template get<platform::async::Clock>(),
                                                    needs.template get<Random>());
  }
};

}  // namespace kontor::connector
