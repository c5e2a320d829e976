#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "place.hpp"

/// For tests: one place for all of them, each address behind a relay. What a test breaks is whole again
/// before the next.
namespace kontor::data_planes {

class PlaceTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    try {
      place_ = std::make_unique<Place>(Place::Options{
          .program = KONTOR_PROGRAM,
          .behind_doors = true,
          .data_plane_settings = {"http_data_plane.source_timeout=1s", "http_push.stall_timeout=1s"}});
    } catch (const installation::Failed& failed) {
      FAIL() << failed.why;
    }
  }
  static void TearDownTestSuite() {
    if (place_ && !HasFailure()) place_->dataspace().forget();
    place_.reset();
  }

  void SetUp() override { ASSERT_TRUE(place_); }
  void TearDown() override {
    for (auto* each :
         {&before_source(), &before_signaling(), &before_callbacks(), &before_data(), &before_inbox()})
      each->heal();
  }

  Place& place() { return *place_; }
  /// Each test has a dataset of its own.
  static std::string name() { return ::testing::UnitTest::GetInstance()->current_test_info()->name(); }

  Relay& before_source() { return place().before_source(); }
  Relay& before_signaling() { return before(a().data_plane_doors().signaling); }  ///< from A's control plane
  Relay& before_callbacks() { return before(a().doors().signaling); }             ///< from A's data plane
  Relay& before_data() { return before(a().data_plane_doors().open); }            ///< from who fetches
  Relay& before_inbox() { return before(b().data_plane_doors().open); }           ///< from who pushes

  /// Drives a task; what is not answered as it should be fails the test and ends the run.
  template <class T>
  T run(Task<T> task) {
    return place().loop().run(std::move(task));
  }
  Transfer started(const Deal& deal) {
    auto transfer = run(place().rested(run(place().open(deal)).id));
    EXPECT_EQ(transfer.state, "STARTED") << transfer.error;
    return transfer;
  }
  Fetched fetch(const Transfer& transfer, Client::OnPiece on_piece = {}) {
    Client client(place());
    return run(client.fetch(transfer, std::move(on_piece)));
  }
  /// The status of asking for the first octet, once it is this one or after a while.
  unsigned comes_to(unsigned status, const Transfer& transfer);
  /// Until nobody fetches from the source any more, or false.
  bool source_rests();
  /// Files that A's data plane has open, sockets included.
  std::size_t open_files();
  bool open_files_come_to(std::size_t most);

  Installation& a() { return place().world().a; }
  Installation& b() { return place().world().b; }

 private:
  Relay& before(const installation::Door& door) { return place().before(door.port); }

  static inline std::unique_ptr<Place> place_;
};

}  // namespace kontor::data_planes
