#include "runtime/identity/assembly.hpp"

#include "runtime/identity/key_names.hpp"
#include "runtime/identity/secure_token_account.hpp"

namespace kontor::runtime::identity {

namespace config = platform::config;
namespace engine = platform::engine;

config::Fields fields_of(config::Type<IdentityConfig>) {
  using C = IdentityConfig;
  return {
      config::field("key_use_duration", &C::key_use_duration,
                    "key pairs that are made from now on are rotated after this time, up to a tenth earlier; "
                    "0s: by call only"),
      config::field("key_published_first", &C::key_published_first,
                    "a new key stands in the DID document for this time before it takes over; longer than "
                    "others keep a document"),
      config::field(
          "participant_properties", &C::participant_properties,
          "what of the additionalProperties of a participant's manifest is kept and shown; the rest "
          "may be a secret")};
}

std::vector<const entity::Kind*> IdentityAssembly::kinds() {
  return {&identity_context::Machine::kind(), &DidClaimDocument::kind(), &domain::key_pair::Machine::kind(),
          &KeyNameDocument::kind(), &SecureTokenAccountDocument::kind()};
}

Result<platform::assembly::Built<IdentityAssembly::Provides>> IdentityAssembly::build(
    Requires needs, const Config& settings) {
  auto& loop = needs.get<engine::Engine>();
  auto& vault = needs.get<platform::vault::Vault>();
  auto keys = std::make_unique<KeyRing>(loop, vault,
                                        KeyRingConfig{.published_first = settings.key_published_first,
                                                      .use_duration = settings.key_use_duration});
  auto contexts = std::make_unique<IdentityContexts>(loop, *keys, vault);
  auto signing = std::make_unique<Signing>(*keys, vault);
  auto archives = std::make_unique<Archives>(Archives::Services{loop, vault, *contexts, *signing});
  auto tokens =
      std::make_unique<SelfIssuedTokens>(*signing, needs.get<platform::async::Clock>(), needs.get<Random>());
  auto& router = needs.get<platform::routing::Router>();
  bind_participant_routes(router,
                          {*contexts, *archives, needs.get<Random>(), settings.participant_properties});
  bind_key_routes(router, *keys);
  bind_did_api_routes(router, *contexts);
  bind_did_routes(router, *contexts);
  return platform::assembly::Built<Provides>{std::move(keys), std::move(contexts), std::move(signing),
                                             std::move(archives), std::move(tokens)};
}

}  // namespace kontor::runtime::identity
