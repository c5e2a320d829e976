#include "runtime/verifier/assembly.hpp"

namespace kontor::runtime::verifier {

namespace config = platform::config;
using platform::telemetry::MetricSpec;
using platform::telemetry::Registry;

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

void count(Registry& registry, const MetricSpec& spec, const Presentations& presentations,
           std::uint64_t PresentationCounters::* counter) {
  registry.observe(
      spec, [&presentations, counter] { return static_cast<double>(presentations.counters().*counter); });
}

void observe(Registry& registry, const PeerVerifier& peers, const StatusLists& lists,
             const Presentations& presentations) {
  count(registry, asked, presentations, &PresentationCounters::asked);
  count(registry, verified, presentations, &PresentationCounters::verified);
  count(registry, remembered, presentations, &PresentationCounters::remembered);
  registry.observe(signatures_checked, [&peers, &lists, &presentations] {
    return static_cast<double>(peers.signatures_checked() + presentations.counters().signatures +
                               lists.signatures_checked());
  });
}

}  // namespace

config::Fields fields_of(config::Type<VerifierConfig>) {
  using C = VerifierConfig;
  return {config::field("status_max_age", &C::status_max_age,
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
              "good; for connectors their dataspace profile says so")};
}

Result<platform::assembly::Built<VerifierAssembly::Provides>> VerifierAssembly::build(
    Requires needs, const Config& settings) {
  auto& scope = needs.get<platform::async::Scope>();
  auto& clock = needs.get<platform::async::Clock>();
  auto& client = needs.get<platform::http::Client>();
  auto& resolver = needs.get<platform::did::Resolver>();
  using protocol::did::RelationshipPolicy;
  auto peers = std::make_unique<PeerVerifier>(
      resolver, needs.get<identity::Signing>(), clock,
      settings.accept_undeclared_relationships ? RelationshipPolicy::tolerant : RelationshipPolicy::strict);
  auto lists = std::make_unique<StatusLists>(scope, clock, client, resolver,
                                             StatusListsConfig{.max_age = settings.status_max_age});
  auto schemas =
      std::make_unique<Schemas>(scope, clock, client, SchemasConfig{.max_age = settings.schema_max_age});
  auto presentations = std::make_unique<Presentations>(
      Presentations::Services{scope, clock, client, resolver, needs.get<identity::SelfIssuedTokens>(), *lists,
                              *schemas},
      PresentationsConfig{.max_age = settings.presentation_max_age});
  observe(needs.get<Registry>(), *peers, *lists, *presentations);
  bind_cache_routes(needs.get<platform::routing::Router>(), {resolver, *lists, *schemas, *presentations});
  return platform::assembly::Built<Provides>{std::move(peers), std::move(lists), std::move(schemas),
                                             std::move(presentations)};
}

}  // namespace kontor::runtime::verifier
