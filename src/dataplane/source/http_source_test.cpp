#include "dataplane/source/test_sources.hpp"

namespace kontor::dataplane::source {

TEST_F(HttpSourceTest, a_source_is_one_part_that_is_read_from_anywhere) {
  const auto source = source_at("/data");
  const auto part = part_of(*source);
  EXPECT_EQ(part, (Part{.name = "", .media_type = "text/csv", .size_bytes = 10, .version = "\"1\""}));
  EXPECT_EQ(bytes_of(*source, part, 0).value(), "0123456789");
  EXPECT_EQ(bytes_of(*source, part, 4).value(), "456789");
  EXPECT_EQ(bytes_of(*source, part, 10).value(), "");
  EXPECT_EQ(bytes_of(*source, {.name = "x"}, 0).error().code, ErrorCode::not_found);
}

TEST_F(HttpSourceTest, a_source_that_has_changed_is_a_conflict) {
  const auto source = source_at("/data");
  const auto part = part_of(*source);
  serve("\"2\"", "abcdefghij");
  EXPECT_EQ(bytes_of(*source, part, 0).error().code, ErrorCode::conflict);
  EXPECT_EQ(bytes_of(*source, part, 4).error().code, ErrorCode::conflict);
  EXPECT_EQ(bytes_of(*source, part_of(*source), 4).value(), "efghij");
}

TEST_F(HttpSourceTest, what_cannot_be_told_from_later_bytes_is_not_gone_on_with) {
  for (const auto* tag : {"", "W/\"1\""}) {
    serve(tag, "0123456789");
    const auto source = source_at("/data");
    const auto part = part_of(*source);
    EXPECT_EQ(part.version, "");
    EXPECT_EQ(bytes_of(*source, part, 0).value(), "0123456789");
    EXPECT_EQ(bytes_of(*source, part, 4).error().code, ErrorCode::conflict);
  }
}

TEST_F(HttpSourceTest, an_answer_that_begins_elsewhere_is_a_conflict) {
  server.answer("/odd", [](const web::Request&) {
    web::Response response{.status = 206, .body = {.text = "0123"}};
    response.headers.set("ETag", "\"1\"");
    response.headers.set("Content-Range", "bytes 0-3/10");
    return response;
  });
  EXPECT_EQ(bytes_of(*source_at("/odd"), {.version = "\"1\""}, 4).error().code, ErrorCode::conflict);
}

TEST_F(HttpSourceTest, what_is_made_for_each_request_is_asked_for_once) {
  const auto source = source_at("/data", R"(,"method":"POST")");
  EXPECT_EQ(part_of(*source), Part{});
  EXPECT_EQ(server.asked("/data"), 0u);
  EXPECT_EQ(bytes_of(*source, {}, 0).value(), "0123456789");
  EXPECT_EQ(server.last("/data").method, "POST");
}

TEST_F(HttpSourceTest, a_source_without_heads_has_a_part_of_unknown_size) {
  server.answer("/headless", [](const web::Request& request) {
    return web::Response{.status = request.method == "HEAD" ? 405u : 200u, .body = {.text = "data"}};
  });
  const auto source = source_at("/headless");
  EXPECT_EQ(part_of(*source), Part{});
  EXPECT_EQ(bytes_of(*source, {}, 0).value(), "data");
}

TEST_F(HttpSourceTest, what_went_wrong_says_whether_it_may_pass) {
  server.answer("/broken", "", 503);
  server.answer("/busy", "", 429);
  server.answer("/closed", "", 401);
  server.answer("/forbidden", "", 403);
  server.answer("/moved", "", 302);
  EXPECT_EQ(refusal_at("/broken"), ErrorCode::peer_unavailable);
  EXPECT_EQ(refusal_at("/busy"), ErrorCode::peer_unavailable);
  EXPECT_EQ(refusal_at("/closed"), ErrorCode::peer_refused);
  EXPECT_EQ(refusal_at("/forbidden"), ErrorCode::peer_refused);
  EXPECT_EQ(refusal_at("/moved"), ErrorCode::peer_refused);
  EXPECT_EQ(refusal_at("/nowhere"), ErrorCode::not_found);
}

TEST_F(HttpSourceTest, an_address_of_a_type_without_a_kind_is_refused_by_its_type) {
  const auto address = json::parse(R"({"type":"AmazonS3","bucketName":"b"})").value();
  const auto read = kinds.read(json::Node(address, "/metadata/dataAddress"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().pointer, "/metadata/dataAddress/type");
  EXPECT_FALSE(loop.run(kinds.open({.context = ContextId("acme")}, {.endpoint_type = "AmazonS3"})));
}

}  // namespace kontor::dataplane::source
