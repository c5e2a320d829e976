#pragma once

#include "platform/assembly/assembly.hpp"
#include "runtime/attestation/sources.hpp"

namespace kontor::runtime::attestation {

/// Whom issuers ask what they cannot know themselves.
struct AttestationAssembly {
  static constexpr std::string_view name = "attestation";
  using Requires = platform::assembly::Services<platform::async::Clock, platform::http::Client,
                                                platform::http::SecretClient, platform::vault::Vault,
                                                verifier::Presentations>;
  using Provides = platform::assembly::Services<Databases, Sources>;
  using Config = AttestationConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config) {
    auto databases = std::make_unique<Databases>(config);
    auto sources = std::make_unique<Sources>(
        Sources::Services{needs.get<platform::async::Clock>(), needs.get<platform::http::Client>(),
                          needs.get<platform::http::SecretClient>(), needs.get<platform::vault::Vault>(),
                          needs.get<verifier::Presentations>(), *databases});
    return platform::assembly::Built<Provides>{std::move(databases), std::move(sources)};
  }
};

}  // namespace kontor::runtime::attestation
