#include "runtime/identity/assembly.hpp"

#include "runtime/identity/key_names.hpp"
#include "runtime/identity/secure_token_account.hpp"

namespace kontor::runtime::identity {

namespace config = platform::config;
namespace engine = platform::engine;
using platform::telemetry::MetricSpec;

namespace {

constexpr MetricSpec asked{"kontor_presentations_asked_total", "exchanges",
                           "Times that a counter-party was asked for its credentials"};
constexpr MetricSpec verified{"kontor_presentations_verified_total", "verifications",
                              "Times that the signatures of a counter-party's presentations were checked"};
constexpr MetricSpec remembered{"kontor_presentations_remembered_total", "questions",
                                "Questions that a presentation verified before has answered"};
constexpr MetricSpec signatures_checked{
    "kontor_identity_signatures_checked_total", "signatures",
    "Signatures of others that were checked: of tokens, presentations, credentials and status lists"};

void count(platform::telemetry::Registry& registry, const MetricSpec& spec,
           const Presentations& presentations, std::uint64_t PresentationCounters::* counter) {
  registry.observe(
      spec, [&presentations, counter] { return static_cast<double>(presentations.counters().*counter); });
}

}  // namespace

config::Fields fields_of(config::Type<IdentityConfig>) {
  using C = IdentityConfig;
  return {
      config::field("status_max_age", &C::status_max_age,
                    "a revocation by another issuer is seen within this time"),
      config::field(
          "presentation_max_age", &C::presentation_max_age,
          "a counter-party's credentials are asked for anew after this time; 0s: with each message that "
          "a policy is asked about"),
      config::field("schema_max_age", &C::schema_max_age,
                    "a schema that credentials of others refer to is fetched anew after this time"),
      config::field(
          "accept_undeclared_relationships", &C::accept_undeclared_relationships,
          "between holders and issuers: keys of a DID document that declares no relationship at all are "
          "good; for connectors their dataspace profile says so"),
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
  auto& scope = needs.get<platform::async::Scope>();
  auto& clock = needs.get<platform::async::Clock>();
  auto& client = needs.get<platform::http::Client>();
  auto& loop = needs.get<engine::Engine>();
  auto& vault = needs.get<platform::vault::Vault>();
  auto& resolver = needs.get<platform::did::Resolver>();
  auto keys = std::make_unique<KeyRing>(loop, vault,
                                        KeyRingConfig{.published_first = settings.key_published_first,
                                                      .use_duration = settings.key_use_duration});
  auto contexts = std::make_unique<IdentityContexts>(loop, *keys);
  auto signing = std::make_unique<Signing>(*keys, vault);
  auto tokens = std::make_unique<SelfIssuedTokens>(*signing, clock, needs.get<Random>());
  using protocol::did::RelationshipPolicy;
  auto verifier = std::make_unique<PeerVerifier>(
      resolver, *signing, clock,
      settings.accept_undeclared_relationships ? RelationshipPolicy::tolerant : RelationshipPolicy::strict);
  auto lists = std::make_unique<StatusLists>(scope, clock, client, resolver,
                                             StatusListsConfig{.max_age = settings.status_max_age});
  auto schemas =
      std::make_unique<Schemas>(scope, clock, client, SchemasConfig{.max_age = settings.schema_max_age});
  auto presentations = std::make_unique<Presentations>(
      Presentations::Services{scope, clock, client, resolver, *tokens, *lists, *schemas},
      PresentationsConfig{.max_age = settings.presentation_max_age});
  auto& registry = needs.get<platform::telemetry::Registry>();
  count(registry, asked, *presentations, &PresentationCounters::asked);
  count(registry, verified, *presentations, &PresentationCounters::verified);
  count(registry, remembered, *presentations, &PresentationCounters::remembered);
  registry.observe(signatures_checked,
                   [from = verifier.get(), shown = presentations.get(), told = lists.get()] {
                     return static_cast<double>(from->signatures_checked() + shown->counters().signatures +
                                                told->signatures_checked());
                   });
  auto& router = needs.get<platform::routing::Router>();
  bind_participant_routes(router, *contexts, needs.get<Random>());
  bind_key_routes(router, *keys);
  bind_did_api_routes(router, *contexts);
  bind_did_routes(router, *contexts);
  bind_cache_routes(router, {resolver, *lists, *schemas, *presentations});
  return platform::assembly::Built<Provides>{std::move(keys),    std::move(contexts),     std::move(signing),
                                             std::move(tokens),  std::move(verifier),     std::move(lists),
                                             std::move(schemas), std::move(presentations)};
}

}  // namespace kontor::runtime::identity
