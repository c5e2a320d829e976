#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "dataplane/source/http_source.hpp"
#include "dataplane/source/source_kinds.hpp"
#include "platform/vault/file/file_vault.hpp"
#include "platform/vault/participant_secrets.hpp"
#include "testing/async/temporary_folder.hpp"
#include "testing/loopback/loopback_server.hpp"

/// For tests: sources behind a server on loopback, and a vault.
namespace kontor::dataplane::source {

using kontor::testing::LoopbackServer;
using kontor::testing::RealLoop;
using platform::async::Deadline;

class HttpSourceTest : public ::testing::Test {
 protected:
  HttpSourceTest() {
    kinds.add(kind);
    serve("\"1\"", "0123456789");
  }
  ~HttpSourceTest() override { loop.run(scope.close()); }

  /// A file that knows ranges, as it is now.
  void serve(std::string tag, std::string data) {
    server.answer("/data", [tag, data](const web::Request& request) {
      web::Response response{.body = {.text = data}};
      response.headers.set("Content-Type", "text/csv");
      if (!tag.empty()) response.headers.set("ETag", tag);
      const auto range = request.headers.get("Range");
      if (!range || request.headers.get("If-Range") != tag) return response;
      const auto begin = std::stoul(std::string(range->substr(6)));
      response.status = begin < data.size() ? 206 : 416;
      response.headers.set("Content-Range", "bytes " + std::to_string(begin) + "-" +
                                                std::to_string(data.size() - 1) + "/" +
                                                std::to_string(data.size()));
      response.body.text = begin < data.size() ? data.substr(begin) : "";
      return response;
    });
  }
  Deadline soon() { return Deadline::after(loop.clock(), std::chrono::seconds(10)); }

  std::shared_ptr<Source> source_at(const std::string& path, const std::string& more = {}) {
    const auto address =
        json::parse(R"({"type":"HttpData","baseUrl":")" + server.url(path) + "\"" + more + "}").value();
    auto opened = open("acme", address);
    EXPECT_TRUE(opened) << opened.error().message();
    return *opened;
  }
  Result<std::shared_ptr<Source>> open(const std::string& context, const json::Value& address) {
    auto read = kinds.read(json::Node(address));
    if (!read) return fail(std::move(read.error()));
    return loop.run(kinds.open({.context = ContextId(context),
                                .flow = dps::ProcessId("flow-1"),
                                .agreement = dps::AgreementId("agreement-1"),
                                .dataset = dps::DatasetId("gr\xC3\xBC\xC3\x9F"
                                                          "e"),
                                .counter_party = "did:web:globex.example%3A8443"},
                               std::move(*read)));
  }
  void keep(const std::string& context, const std::string& name, std::string_view value) {
    ASSERT_TRUE(loop.run(vault->put_secret(ContextId(context), platform::vault::participant_secret(name),
                                           crypto::Secret(value))));
  }
  unsigned status_of(Source& source, Question question = {}) {
    auto answer = loop.run(source.answer(std::move(question), soon()));
    return answer ? answer->status : answer.error().row().http_status;
  }
  Part part_of(Source& source) {
    const auto parts = loop.run(source.parts(soon()));
    EXPECT_TRUE(parts) << parts.error().message();
    return parts && parts->size() == 1 ? parts->front() : Part{};
  }
  Result<std::string> bytes_of(Source& source, const Part& part, std::uint64_t offset) {
    auto body = loop.run(source.open(part, offset, soon()));
    if (!body) return fail(std::move(body.error()));
    return loop.run(web::Body{.stream = std::move(*body)}.collect(1000));
  }
  ErrorCode refusal_at(const std::string& path) {
    const auto source = source_at(path);
    const auto parts = loop.run(source->parts(soon()));
    const auto body = loop.run(source->open({}, 0, soon()));
    EXPECT_FALSE(body) << path;
    EXPECT_FALSE(parts) << path;
    if (body || parts) return ErrorCode::internal;
    EXPECT_EQ(parts.error().code, body.error().code) << path;
    return body.error().code;
  }

  RealLoop loop;
  LoopbackServer server{loop};
  platform::async::Scope scope{loop.executor()};
  std::unique_ptr<web::Client> client =
      web::make_client(scope, loop.clock(), {.allowed_networks = {"127.0.0.0/8"}}).value();
  web::SecretClient secret_client{*client, {"127.0.0.1"}};
  kontor::testing::TemporaryFolder folder;
  platform::async::Offload disk{1};
  std::unique_ptr<platform::vault::Vault> vault =
      platform::vault::file::open_file_vault(
          {.folder = folder.path(),
           .master_keys = {crypto::AesKey::from(Bytes(crypto::aes_key_bytes, std::byte{7})).value()}},
          disk, loop.random())
          .value();
  HttpSourceKind kind{{scope, loop.clock(), *client, secret_client, *vault},
                      {.asker = {.counter_party = "X-Asker",
                                 .agreement = "X-Agreement",
                                 .dataset = "X-Dataset",
                                 .flow = "X-Flow"}}};
  SourceKinds kinds;
};

}  // namespace kontor::dataplane::source
