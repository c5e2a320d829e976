#include "interop/edc/identity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "interop/edc/dataspace.hpp"
#include "interop/edc/directions.hpp"

namespace kontor::interop::edc {

namespace {

using installation::verify;

const std::string asset = "interop-asset";
/// Negotiations with proofs at EDC's own pace are many requests each.
constexpr std::size_t negotiations_max = 20;
/// In which a revocation is seen: the status list's own age and that of the verifier's copy.
constexpr std::chrono::seconds patience{30};

std::string scope_of(const Membership& membership) {
  return "org.eclipse.dspace.dcp.vc.type:" + membership.type + ":read";
}

/// Everything that the cases share.
struct Stage {
  Driver driver{std::string()};
  std::unique_ptr<Dataspace> dataspace = {};
  HubParticipant member = {};    ///< of the hub, with credentials
  HubParticipant stranger = {};  ///< of the hub, without
  std::unique_ptr<Edc> edc = {};

  std::string start(const Options& options);
  std::string issue();
  std::string present(const Membership& membership);
  std::string refuse_stranger();
  std::string offer();
  std::string start_connector(const Options& options);
  std::string refuse_newcomer();
  std::string revoke_at_hub();
  std::string revoke_at_kontor();

  std::string token_of(const HubParticipant& who, const Membership& membership) {
    return dataspace->hub().self_issued(driver, who, dataspace->did("company"), scope_of(membership));
  }
  Result<json::Value> catalog_of_edc(const std::string& participant);
  template <class Ask>
  auto until_refused(Ask ask);
};

std::string Stage::start(const Options& options) {
  const auto folder = options.folder / "identity";
  std::filesystem::create_directories(folder);
  dataspace = std::make_unique<Dataspace>(
      driver,
      Dataspace::Plan{.program = options.kontor, .folder = folder, .hub_class_path = options.hub_class_path});
  member = dataspace->enrol("edc");
  stranger = dataspace->admit("stranger");
  return "the hub and Kontor are ready; the issuer knows a participant of the hub";
}

std::string Stage::issue() {
  const auto& hub = dataspace->hub();
  const auto state = hub.obtain(driver, member, dataspace->issuer(),
                                {{member_1_1.type, member_1_1.format}, {member_2_0.type, member_2_0.format}});
  verify(state == "ISSUED",
         "the hub's request is " + state + "; it said " + dataspace->translator().refused());
  const auto held = json::serialize(hub.held(driver, member));
  for (const auto& each : {member_1_1, member_2_0}) {
    verify(held.contains(each.type) && held.contains(each.format), each.type + " is not held: " + held);
  }
  verify(held.contains(dataspace->issuer()), "it is another issuer's: " + held);
  verify(!dataspace->translator().refused().empty(),
         "the hub knows the protocol's names of formats: the translator is needed no more");
  return "asked for, delivered and held in both data models; delivered with the protocol's name of a format "
         "the "
         "hub answers 400, with its own it takes it";
}

std::string Stage::present(const Membership& membership) {
  const auto before = dataspace->translator().passed_on("query");
  const auto answer = dataspace->ask_catalog(membership, token_of(member, membership));
  verify(answer.status == 200, fmt::format("answered {}: {}", answer.status, answer.body));
  verify(dataspace->translator().passed_on("query") > before, "the hub was not asked for credentials");
  return fmt::format("the hub's token and its presentation of {} ({}) are believed", membership.type,
                     membership.format);
}

std::string Stage::refuse_stranger() {
  const auto answer = dataspace->ask_catalog(member_1_1, token_of(stranger, member_1_1));
  verify(answer.status == 403 && answer.body.contains("a credential of type MembershipCredential"),
         fmt::format("answered {}: {}", answer.status, answer.body));
  const auto mute = dataspace->ask_catalog(
      member_1_1,
      dataspace->hub().self_issued(driver, member, dataspace->did("newcomer"), scope_of(member_1_1)));
  verify(mute.status == 401, fmt::format("a token for another is answered {}: {}", mute.status, mute.body));
  return "a participant of the hub without credentials is answered 403 with what is missing; a token for "
         "another verifier 401";
}

std::string Stage::offer() {
  const auto other = dataspace->enrol("offered");
  dataspace->offer(other, member_1_1);
  return "an offer that Kontor sends is taken by the hub";
}

std::string Stage::start_connector(const Options& options) {
  dataspace->obtain_for_company();
  const auto settings = fmt::format(
      "edc.iam.issuer.id={0}\nedc.iam.did.web.use.https=false\nedc.iam.trusted-issuer.kontor.id={1}\n"
      // Unless it is told so, it reads a status list as JSON whatever is served.
      "edc.iam.credential.revocation.mimetype=application/json\n"
      "edc.iam.credential.revocation.cache.validity=1\n"
      "interop.identity.scope={2}\ninterop.identity.token.url={3}\ninterop.identity.client={4}\n"
      "interop.identity.secret={5}\n",
      member.did, dataspace->issuer(), scope_of(member_1_1), dataspace->hub().token_url(), member.client,
      member.secret);
  edc = std::make_unique<Edc>(driver, options.folder / "identity",
                              EdcOptions{.class_path = options.dcp_class_path,
                                         .pace = Pace::as_shipped,
                                         .memory = "400m",
                                         .id = member.did,
                                         .settings = settings});
  for (const auto& party : {edc->party(newest_version), dataspace->party("company")})
    publish(driver, party, asset, edc->source());
  return "EDC's control plane has the hub's participant as its identity, and a participant of Kontor a "
         "credential of its own";
}

/// The catalog of EDC, as a participant of Kontor is shown it.
Result<json::Value> Stage::catalog_of_edc(const std::string& participant) {
  const auto provider = edc->party(newest_version);
  const auto consumer = dataspace->party(participant);
  return driver.loop().run(
      call(driver, consumer,
           {.method = "POST",
            .url = "catalog/request",
            .body = fmt::format(
                R"({{{},"@type":"CatalogRequest",{},"counterPartyAddress":"{}","counterPartyId":"{}"}})",
                management_context, consumer.protocol, provider.address, provider.id)}));
}

std::string Stage::refuse_newcomer() {
  verify(catalog_of_edc("company").has_value(), "the company is not shown EDC's catalog");
  const auto refused = catalog_of_edc("newcomer");
  verify(!refused, "EDC shows its catalog to somebody without credentials");
  return "a participant of Kontor without credentials is refused by EDC: " + refused.error().message();
}

/// Asks again until it is refused, or the patience ends.
template <class Ask>
auto Stage::until_refused(Ask ask) {
  const auto deadline = platform::async::Deadline::after(driver.loop().clock(), patience);
  auto answer = ask();
  while (answer.empty() && !deadline.passed(driver.loop().clock())) {
    driver.loop().run(pause(driver));
    answer = ask();
  }
  verify(!answer.empty(), "what was revoked still opens the catalog");
  return answer;
}

std::string Stage::revoke_at_hub() {
  dataspace->revoke(member.did, member_1_1);
  const auto said = until_refused([&] {
    const auto answer = dataspace->ask_catalog(member_1_1, token_of(member, member_1_1));
    // 503: revoked while it was presented, so that it has to come again.
    const bool is_refused = answer.status != 200 && answer.status != 503;
    return is_refused ? fmt::format("{} {}", answer.status, answer.body) : std::string();
  });
  verify(said.starts_with("403") && said.contains("revocation"), "refused for something else: " + said);
  const auto other = dataspace->ask_catalog(member_2_0, token_of(member, member_2_0));
  verify(other.status == 200, "what was not revoked is refused: " + other.body);
  return "the hub presents it all the same, and Kontor refuses it by its status list; the other credential "
         "is "
         "still good";
}

std::string Stage::revoke_at_kontor() {
  dataspace->revoke(dataspace->did("company"), member_1_1);
  const auto said = until_refused([&] {
    const auto catalog = catalog_of_edc("company");
    return catalog ? std::string() : catalog.error().message();
  });
  return "a participant of Kontor whose credential was revoked is refused by EDC: " + said;
}

}  // namespace

void play_identity(Report& report, const Options& options) {
  const std::string name = "EDC's identity hub";
  Stage stage;
  const bool issued = report.run(name + ": start", [&] { return stage.start(options); }) &&
                      report.run(name + " holds what Kontor issues", [&] { return stage.issue(); });
  if (!issued) return;
  for (const auto& each : {member_1_1, member_2_0})
    report.run(name + " presents to Kontor: " + each.format, [&] { return stage.present(each); });
  report.run(name + ": who has no credentials", [&] { return stage.refuse_stranger(); });
  report.run(name + ": an offer", [&] { return stage.offer(); });
  const std::string both = "EDC with its hub";
  if (report.run(both + ": start", [&] { return stage.start_connector(options); })) {
    const auto count = std::min(options.negotiations, negotiations_max);
    const auto ours = stage.dataspace->party("company");
    const auto theirs = stage.edc->party(newest_version);
    play(report, both + ", Kontor consumes",
         {stage.driver, *stage.edc, Pace::as_shipped, ours, theirs, asset}, count);
    play(report, both + ", Kontor provides",
         {stage.driver, *stage.edc, Pace::as_shipped, theirs, ours, asset}, count);
    report.run(both + ": who has no credentials", [&] { return stage.refuse_newcomer(); });
    report.run(both + ": a revocation at Kontor", [&] { return stage.revoke_at_kontor(); });
  }
  report.run(name + ": a revocation", [&] { return stage.revoke_at_hub(); });
}

}  // namespace kontor::interop::edc
