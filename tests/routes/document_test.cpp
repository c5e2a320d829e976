#include "document.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "asking.hpp"

// The OpenAPI documents of the running process. That their examples hold against it: examples_test.cpp.
namespace kontor::routes_test {

TEST(Document, each_listener_serves_the_document_of_what_it_answers) {
  auto& installation = shared_world(Store::sqlite)->installation();
  const Documents documents(installation);
  std::set<std::string_view> known;
  for (const auto* route : installation.routes()) {
    if (!documents.knows(route->listener)) continue;
    const auto* operation = documents.operation(*route);
    ASSERT_TRUE(operation) << route->name;
    EXPECT_EQ(operation->at("operationId").as_string(), route->name);
    EXPECT_FALSE(operation->at("summary").as_string().empty()) << route->name << " says nothing of itself";
    EXPECT_TRUE(known.insert(route->name).second) << route->name << " is the name of two routes";
  }
  EXPECT_GT(known.size(), 100u);
}

TEST(Document, every_example_is_legal_by_the_documents_own_schema) {
  auto& installation = shared_world(Store::sqlite)->installation();
  const Documents documents(installation);
  for (const auto* route : installation.routes()) {
    if (!documents.knows(route->listener) || route->example.empty()) continue;
    const auto example = documents.example(*route);
    ASSERT_TRUE(example) << route->name;
    EXPECT_EQ(documents.problem_with(*route, *example), "") << route->name;
  }
}

TEST(Document, every_example_of_an_answer_is_legal_by_the_documents_own_schema) {
  auto& installation = shared_world(Store::sqlite)->installation();
  const Documents documents(installation);
  std::size_t examples = 0;
  for (const auto* route : installation.routes()) {
    if (!documents.knows(route->listener) || route->answer_example.empty()) continue;
    const auto example = documents.answer_example(*route);
    ASSERT_TRUE(example) << route->name;
    Answer answer{.status = route->success, .body = json::serialize(*example)};
    answer.headers.set("Content-Type", std::string(route->answers));
    EXPECT_EQ(documents.problem_with(*route, answer), "") << route->name;
    ++examples;
  }
  EXPECT_GE(examples, 3u);
}

}  // namespace kontor::routes_test
