// Programs that GCC 12 compiles wrongly without a warning: in a statement that awaits, temporaries are
// destroyed twice or at an address where they never lived. A compiler that fails here must not build Kontor.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "platform/async/task.hpp"
#include "testing/async/run.hpp"

namespace kontor::platform::async {
namespace {

// A value that knows its own address and notices when it is used or destroyed elsewhere.
class Witness {
 public:
  explicit Witness(std::string text) : text_(std::move(text)), self_(this) {}
  Witness(const Witness& other) : text_(other.text()), self_(this) {}
  Witness(Witness&& other) noexcept : text_(std::move(other.text_)), self_(this) { other.check(); }
  Witness& operator=(const Witness&) = delete;
  ~Witness() {
    check();
    self_ = nullptr;
  }

  const std::string& text() const {
    check();
    return text_;
  }

 private:
  void check() const { moved_wrongly |= self_ != this; }

  std::string text_;
  const Witness* self_;

 public:
  static inline bool moved_wrongly = false;
};

struct Pair {
  Witness first;
  Witness second;
};

Task<std::string> joined(Pair pair) {
  co_return pair.first.text() + pair.second.text();
}
Task<Witness> witness(std::string text) {
  co_return Witness(std::move(text));
}
Task<bool> truth(bool value) {
  co_return value;
}
template <class F>
Task<std::string> call(F function) {
  co_return function();
}
Task<std::size_t> count(std::vector<Witness> witnesses) {
  co_return witnesses.size();
}

class CompilerTraps : public ::testing::Test {
 protected:
  void SetUp() override { Witness::moved_wrongly = false; }
  void TearDown() override { EXPECT_FALSE(Witness::moved_wrongly); }
};

TEST_F(CompilerTraps, a_braced_aggregate_is_an_argument_of_an_awaited_call) {
  auto program = []() -> Task<std::string> {
    co_return co_await joined(
        {Witness("a long text that is on the heap, "), Witness("and another one beside it")});
  };
  EXPECT_EQ(testing::run(program()), "a long text that is on the heap, and another one beside it");
}

TEST_F(CompilerTraps, an_aggregate_is_made_of_awaits) {
  auto program = []() -> Task<std::string> {
    Pair pair{co_await witness("a long text that is on the heap, "), co_await witness("and another one")};
    co_return pair.first.text() + pair.second.text();
  };
  EXPECT_EQ(testing::run(program()), "a long text that is on the heap, and another one");
}

TEST_F(CompilerTraps, a_lambda_that_captures_is_an_argument_of_an_awaited_call) {
  auto program = []() -> Task<std::string> {
    Witness outside("a long text that is captured by value");
    auto owned = std::make_shared<Witness>(outside);
    co_return co_await call([outside, owned] { return outside.text() + "/" + owned->text(); });
  };
  EXPECT_EQ(testing::run(program()),
            "a long text that is captured by value/a long text that is captured by value");
}

TEST_F(CompilerTraps, a_conditional_operator_chooses_between_awaited_values) {
  auto program = [](bool which) -> Task<std::string> {
    auto chosen = co_await truth(which) ? co_await witness("the first of two long texts")
                                        : Witness("the second of two long texts");
    co_return chosen.text();
  };
  EXPECT_EQ(testing::run(program(true)), "the first of two long texts");
  EXPECT_EQ(testing::run(program(false)), "the second of two long texts");
}

TEST_F(CompilerTraps, an_initializer_list_stands_in_a_statement_that_awaits) {
  auto program = []() -> Task<std::size_t> {
    co_return co_await count({Witness("one"), Witness("two"), Witness("a third, which is longer")});
  };
  EXPECT_EQ(testing::run(program()), 3);
}

}  // namespace
}  // namespace kontor::platform::async
