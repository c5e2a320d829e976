#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "tck/dcp/conformance/cases.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::tck::dcp {

/// One system for all of them.
struct DcpRules : ::testing::Test {
  static void SetUpTestSuite() {
    try {
      shared() = std::make_unique<Shared>();
    } catch (const installation::Failed& failure) {
      FAIL() << failure.why;
    }
  }
  static void TearDownTestSuite() { shared().reset(); }
  void SetUp() override { ASSERT_TRUE(shared()) << "the system did not start"; }

  Stage& stage() { return shared()->stage; }
  /// Fails the test with what is thrown.
  void play(const Play& one) {
    try {
      one(stage());
    } catch (const installation::Failed& failure) {
      ADD_FAILURE() << failure.why;
    }
  }

 private:
  struct Shared {
    kontor::testing::TemporaryFolder folder;
    Stage stage{folder.path()};
  };
  static std::unique_ptr<Shared>& shared() {
    static std::unique_ptr<Shared> one;
    return one;
  }
};

}  // namespace kontor::tck::dcp
