#include "runtime/catalog/foreign_catalog.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "platform/http/client.hpp"
#include "testing/loopback/loopback_server.hpp"

namespace kontor::runtime::catalog {
namespace {

namespace http = platform::http;
using kontor::testing::LoopbackServer;
using kontor::testing::VirtualLoop;

class ForeignCatalog : public ::testing::Test {
 protected:
  ~ForeignCatalog() override { loop.run(scope.close()); }

  /// Serves a page with one dataset; `link` is the value of its Link header, empty: none.
  void serve(const std::string& path, std::string dataset, std::string link) {
    server.answer(path, [=](const http::Request&) {
      http::Response response{200, {}, {}};
      response.body.text = fmt::format(R"({{"@type":"Catalog","dataset":[{{"@id":"{}"}}]}})", dataset);
      if (!link.empty()) response.headers.set("Link", link);
      return response;
    });
  }
  Result<json::Value> read(ForeignCatalogBounds bounds = {}, const std::string& path = "/catalog") {
    return loop.run(
        read_catalog(server.url(path), [this](std::string url) { return ask(std::move(url)); }, bounds));
  }
  Task<Result<http::Response>> ask(std::string url) {
    http::SendOptions options{.deadline =
                                  platform::async::Deadline::after(loop.clock(), std::chrono::seconds(10))};
    co_return co_await client->send({"POST", std::move(url)}, options);
  }
  static std::string ids(const json::Value& catalog) {
    std::string all;
    for (const auto& each : json::find(catalog, "dataset")->as_array())
      all += std::string(json::find(each, "@id")->as_string()) + " ";
    return all;
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  LoopbackServer server{loop};
  platform::async::Scope scope{loop.executor()};
  std::unique_ptr<http::Client> client =
      http::make_client(scope, loop.clock(), {.allowed_networks = {"127.0.0.0/8"}}).value();
};

}  // namespace

TEST_F(ForeignCatalog, the_datasets_of_all_pages_are_one_catalog) {
  serve("/catalog", "1", fmt::format(R"(<{}>; rel="next")", server.url("/2")));
  serve("/2", "2", fmt::format(R"(</catalog>; rel="prev", </3?token=a,b;c>; title="a, b"; REL="last next")"));
  serve("/3", "3", R"(</2>; rel="previous")");
  const auto catalog = read();
  ASSERT_TRUE(catalog) << catalog.error().message();
  EXPECT_EQ(ids(*catalog), "1 2 3 ");
}

TEST_F(ForeignCatalog, a_link_may_be_relative_and_a_page_may_have_one_dataset_without_brackets) {
  const auto answer = [](std::string dataset, const char* link) {
    http::Response response{200, {}, {}};
    response.body.text = R"({"@type":"Catalog","dataset":)" + dataset + "}";
    if (link) response.headers.set("Link", link);
    return response;
  };
  server.answer("/dsp/catalog", [=](const http::Request& request) {
    if (!request.target.contains("page=2")) return answer(R"({"@id":"1"})", R"(<?page=2>; rel="next")");
    return answer(R"([{"@id":"2"}])", R"(<more/3>; rel="next")");
  });
  server.answer("/dsp/more/3", [=](const http::Request&) { return answer(R"({"@id":"3"})", nullptr); });
  const auto catalog = read({}, "/dsp/catalog");
  ASSERT_TRUE(catalog) << catalog.error().message();
  EXPECT_EQ(ids(*catalog), "1 2 3 ");
}

TEST_F(ForeignCatalog, a_link_that_leads_elsewhere_or_back_is_not_followed) {
  LoopbackServer elsewhere(loop);
  serve("/catalog", "1", fmt::format(R"(<{}>; rel="next")", elsewhere.url("/2")));
  EXPECT_EQ(read().error().code, ErrorCode::peer_refused);
  EXPECT_EQ(elsewhere.asked("/2"), 0u);
  for (const auto* link : {R"(<//127.0.0.1/2>; rel="next")", R"(<mailto:a@b>; rel="next")"}) {
    serve("/catalog", "1", link);
    EXPECT_EQ(read().error().code, ErrorCode::peer_refused) << link;
  }
  serve("/catalog", "1", R"(<http:2>; rel="next")");
  EXPECT_EQ(read().error().code, ErrorCode::peer_refused);
  serve("/catalog", "1", R"(</2>; rel="next")");
  serve("/2", "2", R"(</2>; rel="next")");
  EXPECT_EQ(read().error().code, ErrorCode::peer_refused);
  EXPECT_EQ(server.asked("/2"), 1u);
}

TEST_F(ForeignCatalog, a_catalog_beyond_the_bounds_is_refused_and_never_cut) {
  serve("/catalog", "1", R"(</2>; rel="next")");
  serve("/2", "2", R"(</3>; rel="next")");
  serve("/3", "3", "");
  EXPECT_TRUE(read({.pages_max = 3}));
  EXPECT_EQ(read({.pages_max = 2}).error().code, ErrorCode::too_large);
  EXPECT_EQ(read({.bytes_max = 60}).error().code, ErrorCode::too_large);
}

TEST_F(ForeignCatalog, what_is_no_catalog_on_any_page_is_refused) {
  serve("/catalog", "1", R"(</2>; rel="next")");
  server.answer("/2", "[]");
  EXPECT_EQ(read().error().code, ErrorCode::peer_refused);
  server.answer("/catalog", "nonsense");
  EXPECT_EQ(read().error().code, ErrorCode::peer_refused);
}

}  // namespace kontor::runtime::catalog
