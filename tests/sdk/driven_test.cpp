#include <fmt/format.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "dataplane/sdk/include/kontor/dataplane_sdk.hpp"
#include "installation/dataspace.hpp"
#include "sdk/counterpart.hpp"
#include "testing/async/temporary_folder.hpp"

/// The product's control planes drive planes of authors: one has Acme's data, the other serves Globex.

namespace kontor::sdk_test {
namespace {

using namespace dataplane_sdk;
namespace place = installation;

constexpr auto profile = "Test-PULL";
constexpr auto patience = std::chrono::seconds(30);

class Author final : public Handler {
 public:
  Answer start(const Flow&) override {
    return Answer::done({.endpoint = "tcp://127.0.0.1:7", .with_token = true});
  }
  Answer started(const Flow& flow) override {
    const std::lock_guard lock(mutex_);
    completion_.emplace(flow.completion());
    changed_.notify_all();
    return Answer::done();
  }
  void completed(const Flow&) override {
    const std::lock_guard lock(mutex_);
    is_completed_ = true;
    changed_.notify_all();
  }
  /// Once there is a flow to fetch from: all data has moved.
  bool finish() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [this] { return completion_.has_value(); })) return false;
    completion_->completed();
    return true;
  }
  bool hears_of_the_end() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return is_completed_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Completion> completion_;
  bool is_completed_ = false;
};

/// A plane of a company, registered at the company's control plane and running.
class CompanysPlane {
 public:
  CompanysPlane(place::World& world, const place::Company& company)
      : plane_({.id = "plane-of-" + company.context,
                .folder = (folder_.path() / "state").string(),
                .profiles = {profile},
                .control_planes = {{.id = "kontor",
                                    .endpoint = company.home->signaling_url() + "/api/signaling/v1/" +
                                                company.context,
                                    .token = "a-secret-of-" + company.context}},
                .allowed_networks = {"127.0.0.0/8"}},
               author) {
    plane_.register_at("kontor", registry_.url());
    thread_ = std::jthread([this] { plane_.run(); });
    registered = world.driver.send({.method = "PUT",
                                    .url = place::management(company, "dataplanes"),
                                    .token = company.home->admin_token(world.driver),
                                    .body = json::serialize(registry_.next().body)});
  }
  ~CompanysPlane() { plane_.stop(); }
  Plane* operator->() { return &plane_; }

  Author author;
  place::Answer registered;

 private:
  testing::TemporaryFolder folder_;
  Counterpart registry_;
  Plane plane_;
  std::jthread thread_;
};

std::string agree(place::World& world) {
  place::start(world);
  place::set_up_governance(world);
  place::onboard(world, "acme", world.a);
  place::onboard(world, "globex", world.b);
  place::publish(world, "acme", {"readings", "tzdata.zi"});
  const auto offer = place::catalog_of(world, "globex").at("readings");
  const auto negotiation = place::open_negotiation(world, "globex", "readings", offer);
  const auto negotiated = place::await_negotiation(world, "globex", negotiation);
  place::verify(negotiated.state == "FINALIZED", "the negotiation is " + negotiated.state + negotiated.error);
  return negotiated.agreement;
}

/// A transfer as Globex sees it, once it rests.
json::Value transfer(place::World& world, const std::string& path) {
  const auto& globex = world.company("globex");
  return world.driver
      .expect(200, {.url = place::management(globex, "transferprocesses/" + path),
                    .token = globex.token,
                    .wait = std::chrono::seconds(30)})
      .json();
}

void share(place::World& world) {
  const auto agreement = agree(world);
  const auto& acme = world.company("acme");
  const auto& globex = world.company("globex");
  CompanysPlane provider(world, acme);
  CompanysPlane consumer(world, globex);
  for (const auto* plane : {&provider, &consumer}) {
    place::verify(plane->registered.status / 100 == 2,
                  "a plane is not registered: " + plane->registered.body);
  }
  const auto body = fmt::format(
      R"({{{},"@type":"TransferRequest","profile":"http-dsp-profile-2025-1","counterPartyAddress":"{}",)"
      R"("contractId":"{}","transferType":"{}"}})",
      place::management_context, acme.home->dsp_url(acme.context), agreement, profile);
  const auto ordered = world.driver.expect(200, {.method = "POST",
                                                 .url = place::management(globex, "transferprocesses"),
                                                 .token = globex.token,
                                                 .body = body});
  const auto id = place::text_at(ordered.json(), "@id");
  EXPECT_EQ(place::text_at(transfer(world, id), "state"), "STARTED");
  const auto address = transfer(world, id + "/dataaddress");
  const auto token = place::property_of(address, "authorization");
  EXPECT_EQ(place::text_at(address, "endpoint"), "tcp://127.0.0.1:7");
  EXPECT_TRUE(provider->admits(token).has_value());

  EXPECT_TRUE(consumer.author.finish());
  EXPECT_TRUE(provider.author.hears_of_the_end());
  EXPECT_EQ(provider->admits(token), std::nullopt);
  EXPECT_EQ(place::text_at(transfer(world, id), "state"), "COMPLETED");
}

}  // namespace

TEST(DrivenDataPlane, two_installations_share_data_through_planes_of_authors) {
  installation::Dataspace dataspace({.program = KONTOR_PROGRAM});
  try {
    share(dataspace.world());
  } catch (const installation::Failed& failed) {
    ADD_FAILURE() << failed.why << "\n" << dataspace.world().a.end_of_log();
  }
  if (!HasFailure()) dataspace.forget();
}

}  // namespace kontor::sdk_test
