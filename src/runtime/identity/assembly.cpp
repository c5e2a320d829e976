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
          "key_rotation_warning", &C::key_rotation_warning,
          "how long before a key pair is rotated by time its owner is told, by an event; of one that "
          "is used for less than twice as long, when half of that is over; for key pairs that are "
          "activated from now on; 0s: never"),
      config::field(
          "participant_properties", &C::participant_properties,
          "what of the additionalProperties of a participant's manifest is kept and shown; the rest "
          "may be a secret"),
      config::field(
          "did_hosts", &C::did_hosts,
          "hosts (`host` or `host:port`) whose did:web DIDs are this installation's to give, beside "
          "that of endpoints.public_url; who names a DID of another proves that it controls it")};
}

std::vector<const entity::Kind*> IdentityAssembly::kinds() {
  return {&identity_context::Machine::kind(),  &DidClaimDocument::kind(),
          &domain::key_pair::Machine::kind(),  &KeyNameDocument::kind(),
          &SecureTokenAccountDocument::kind(), &TokenServiceDocument::kind()};
}

Result<platform::assembly::Built<IdentityAssembly::Provides>> IdentityAssembly::build(
    Requires needs, const Config& settings) {
  auto& loop = needs.get<engine::Engine>();
  auto& vault = needs.get<platform::vault::Vault>();
  auto keys = std::make_unique<KeyRing>(loop, vault,
                                        KeyRingConfig{.published_first = settings.key_published_first,
                                                      .use_duration = settings.key_use_duration,
                                                      .rotation_warning = settings.key_rotation_warning});
  OwnDids own{settings.did_hosts};
  own.hosts.insert(own.hosts.begin(), host_of(needs.get<platform::endpoints::Endpoints>().public_url));
  auto contexts = std::make_unique<IdentityContexts>(loop, *keys, vault, std::move(own));
  auto signing = std::make_unique<Signing>(*keys, vault);
  auto archives = std::make_unique<Archives>(Archives::Services{loop, vault, *contexts, *signing});
  auto& clock = needs.get<platform::async::Clock>();
  auto& secret_client = needs.get<platform::http::SecretClient>();
  auto tokens = std::make_unique<SelfIssuedTokens>(*signing, clock, needs.get<Random>(),
                                                   OutsideTokens(secret_client, vault, clock));
  auto& router = needs.get<platform::routing::Router>();
  bind_participant_routes(
      router, {*contexts, *archives, needs.get<Random>(), secret_client, settings.participant_properties});
  bind_key_routes(router, *keys);
  bind_did_api_routes(router, *contexts);
  bind_token_service_routes(router, loop, secret_client);
  bind_did_routes(router, *contexts);
  return platform::assembly::Built<Provides>{std::move(keys), std::move(contexts), std::move(signing),
                                             std::move(archives), std::move(tokens)};
}

}  // namespace kontor::runtime::identity
