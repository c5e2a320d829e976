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
                    "others keep a document")};
}

std::vector<const entity::Kind*> IdentityAssembly::kinds() {
  return {&IdentityContextDocument::kind(), &DidClaimDocument::kind(), &domain::key_pair::Machine::kind(),
          &KeyNameDocument::kind(), &SecureTokenAccountDocument::kind()};
}

Result<platform::assembly::Built<IdentityAssembly::Provides>> IdentityAssembly::build(
    Requires needs, const Config& settings) {
  auto& loop = needs.get<engine::Engine>();
  auto& vault = needs.get<platform::vault::Vault>();
  auto keys = std::make_unique<KeyRing>(loop, vault,
                                        KeyRingConfig{.published_first = settings.key_published_first,
                                                      .use_duration = settings.key_use_duration});
  auto contexts = std::make_unique<IdentityContexts>(loop, *keys);
  auto signing = std::make_unique<Signing>(*keys, vault);
  auto tokens =
      std::make_unique<SelfIssuedTokens>(*signing, needs.get<platform::async::Clock>(), needs.get<Random>());
  auto& router = needs.get<platform::routing::Router>();
  bind_participant_routes(router, *contexts, needs.get<Random>());
  bind_key_routes(router, *keys);
  bind_did_api_routes(router, *contexts);
  bind_did_routes(router, *contexts);
  return platform::assembly::Built<Provides>{std::move(keys), std::move(contexts), std::move(signing),
                                             std::move(tokens)};
}

}  // namespace kontor::runtime::identity
