#include "dataplane/file/file_source.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::dataplane::file {
namespace {

using kontor::testing::RealLoop;
namespace async = platform::async;

class FileSourceTest : public ::testing::Test {
 protected:
  FileSourceTest() {
    std::filesystem::create_directories(acme / "reports" / "2025");
    write(acme / "reports" / "b.csv", "b,1\n");
    write(acme / "reports" / "2025" / "a.csv", "0123456789");
    write(acme / "single.json", "{}");
    write(folder.path() / "secret", "s3cret");
  }

  static void write(const std::filesystem::path& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
  }
  static Result<dps::DataAddress> read_by(const FileSources& kind, const std::string& members) {
    return kind.read(json::Node(json::parse(R"({"type":"File",)" + members + "}").value(), "/dataAddress"));
  }
  std::shared_ptr<source::Source> source_of(const std::string& members) {
    auto address = read_by(files, members);
    EXPECT_TRUE(address) << address.error().message();
    source::Reader reader{
        ContextId("acme"), dps::ProcessId("1"), dps::AgreementId("a"), dps::DatasetId("d"), {}};
    return loop.run(files.open(std::move(reader), std::move(*address))).value();
  }
  async::Deadline soon() { return async::Deadline::after(loop.clock(), std::chrono::seconds(10)); }
  Result<web::Response> get(source::Source& source, std::string path = {}, std::string method = "GET",
                            web::Headers headers = {}) {
    auto response = loop.run(source.answer(
        {.method = std::move(method), .path = std::move(path), .query = {}, .headers = std::move(headers)},
        soon()));
    if (response && response->body.stream) response->body.text = all_of(*response->body.stream);
    return response;
  }
  std::string all_of(web::BodyStream& body) {
    std::string text;
    for (;;) {
      auto piece = loop.run(body.read());
      EXPECT_TRUE(piece) << piece.error().message();
      if (!piece || piece->empty()) return text;
      text += *piece;
    }
  }
  ErrorCode refusal(source::Source& source, const std::string& path) {
    auto response = get(source, path);
    EXPECT_FALSE(response) << path << ": " << response->body.text;
    return response ? ErrorCode::internal : response.error().code;
  }
  std::vector<std::string> names_of(source::Source& source) {
    std::vector<std::string> names;
    for (const auto& part : loop.run(source.parts(soon())).value()) names.push_back(part.name);
    return names;
  }

  static std::string shown(const source::Part& part) {
    return part.name + " " + part.media_type + " " + std::to_string(part.size_bytes.value_or(0));
  }

  RealLoop loop;
  kontor::testing::TemporaryFolder folder;
  std::filesystem::path root = folder.path() / "root";
  std::filesystem::path acme = root / "acme";
  async::Offload disk{1};
  FileSources files{disk, {.root = root, .parts_max = 4}};
};

}  // namespace

TEST_F(FileSourceTest, a_file_is_answered_with_its_bytes_and_a_range_of_them) {
  const auto source = source_of(R"("path":"reports/2025/a.csv")");
  const auto whole = get(*source).value();
  EXPECT_EQ(whole.status, 200u);
  EXPECT_EQ(whole.body.text, "0123456789");
  EXPECT_EQ(whole.headers.get("Content-Type"), "text/csv");
  EXPECT_EQ(whole.headers.get("X-Content-Type-Options"), "nosniff");
  web::Headers range;
  range.set("Range", "bytes=2-4");
  EXPECT_EQ(get(*source, {}, "GET", range)->body.text, "234");
  const auto head = get(*source, {}, "HEAD", range).value();
  EXPECT_EQ(head.status, 200u);
  EXPECT_EQ(head.headers.get("Content-Length"), "10");
  EXPECT_FALSE(head.body.stream);
}

TEST_F(FileSourceTest, a_file_that_changed_has_another_tag) {
  const auto source = source_of(R"("path":"single.json")");
  const std::string before(get(*source)->headers.get("ETag").value());
  web::Headers known;
  known.set("If-None-Match", before);
  EXPECT_EQ(get(*source, {}, "GET", known)->status, 304u);
  write(acme / "single.json", "{\"a\":1}");
  EXPECT_EQ(get(*source, {}, "GET", known)->status, 200u);
}

TEST_F(FileSourceTest, a_body_outlives_its_source_and_is_read_piece_by_piece) {
  write(acme / "large", std::string(1'000'000, 'x'));
  auto source = source_of(R"("path":"large")");
  auto body = loop.run(source->open({}, 10, soon())).value();
  source.reset();
  EXPECT_EQ(body->length_bytes(), 999'990u);
  const auto piece = loop.run(body->read()).value();
  EXPECT_LE(piece.size(), 256u * 1024);
  EXPECT_EQ(piece.size() + all_of(*body).size(), 999'990u);
}

TEST_F(FileSourceTest, a_folder_is_many_parts_in_the_order_of_their_names) {
  write(acme / "reports" / "2025.txt", "");
  const auto source = source_of(R"("path":"reports")");
  const auto parts = loop.run(source->parts(soon())).value();
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0].name, "2025.txt");
  EXPECT_EQ(shown(parts[1]), "2025/a.csv text/csv 10");
  EXPECT_EQ(shown(parts[2]), "b.csv text/csv 4");
  auto body = loop.run(source->open(parts[1], 4, soon())).value();
  EXPECT_EQ(all_of(*body), "456789");
}

TEST_F(FileSourceTest, a_file_is_one_part_without_a_name) {
  const auto source = source_of(R"("path":"single.json")");
  const auto parts = loop.run(source->parts(soon())).value();
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(shown(parts[0]), " application/json 2");
  EXPECT_EQ(all_of(*loop.run(source->open(parts[0], 0, soon())).value()), "{}");
}

TEST_F(FileSourceTest, a_file_has_the_type_of_its_ending_as_an_answer_and_as_a_part) {
  const std::pair<std::string, std::string> expected[] = {{"a.parquet", "application/vnd.apache.parquet"},
                                                          {"b.geojson", "application/geo+json"},
                                                          {"c.jsonl", "application/jsonl"},
                                                          {"d.unknown", "application/octet-stream"}};
  std::filesystem::create_directories(acme / "shared");
  for (const auto& [name, type] : expected) write(acme / "shared" / name, "1");
  const auto source = source_of(R"("path":"shared","proxyPath":"true")");
  const auto parts = loop.run(source->parts(soon())).value();
  ASSERT_EQ(parts.size(), std::size(expected));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& [name, type] = expected[i];
    EXPECT_EQ(shown(parts[i]), name + " " + type + " 1");
    EXPECT_EQ(get(*source, "/" + name)->headers.get("Content-Type"), type) << name;
  }
}

TEST_F(FileSourceTest, a_part_that_changed_since_it_was_listed_is_not_sent_for_it) {
  const auto source = source_of(R"("path":"single.json")");
  const auto part = loop.run(source->parts(soon())).value().at(0);
  EXPECT_TRUE(loop.run(source->open(part, 0, soon())));
  write(acme / "single.json", "{\"a\":1}");
  EXPECT_EQ(loop.run(source->open(part, 0, soon())).error().code, ErrorCode::conflict);
}

TEST_F(FileSourceTest, a_folder_of_too_many_things_is_refused) {
  for (const auto* name : {"c", "d"}) write(acme / "reports" / name, "");
  EXPECT_EQ(loop.run(source_of(R"("path":"reports")")->parts(soon())).error().code, ErrorCode::too_large);
}

TEST_F(FileSourceTest, the_files_of_a_folder_are_pulled_by_their_paths_where_its_owner_allows_it) {
  const auto open = source_of(R"("path":"reports","proxyPath":"true")");
  EXPECT_EQ(get(*open, "/2025/a.csv")->body.text, "0123456789");
  EXPECT_EQ(get(*open, "/b%2Ecsv")->body.text, "b,1\n");
  EXPECT_EQ(refusal(*open, ""), ErrorCode::not_found);
  EXPECT_EQ(refusal(*open, "/2025"), ErrorCode::not_found);
  EXPECT_EQ(refusal(*source_of(R"("path":"reports")"), "/b.csv"), ErrorCode::not_found);
}

TEST_F(FileSourceTest, no_path_leads_out_of_the_folder) {
  const auto source = source_of(R"("path":"reports","proxyPath":"true")");
  for (const auto* path :
       {"/../single.json", "/%2e%2e/single.json", "/2025/%2E%2E/b.csv", "/..%2f..%2fsecret", "/a%00b", "/.",
        "//b.csv/../../single.json", "/..\\single.json"}) {
    EXPECT_EQ(refusal(*source, path), ErrorCode::invalid_input) << path;
  }
  for (const auto* path : {"..", "../globex", "/etc/passwd", "a/../..", "a//b", "a\\\\..\\\\b"}) {
    const auto refused = read_by(files, R"("path":")" + std::string(path) + "\"");
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(refused.error().pointer, "/dataAddress/path") << path;
  }
}

TEST_F(FileSourceTest, a_link_is_no_file_wherever_it_stands) {
  std::filesystem::create_symlink(folder.path() / "secret", acme / "reports" / "link");
  std::filesystem::create_symlink(folder.path(), acme / "out");
  std::filesystem::create_symlink(folder.path(), root / "globex");
  const auto source = source_of(R"("path":"reports","proxyPath":"true")");
  EXPECT_EQ(refusal(*source, "/link"), ErrorCode::not_found);
  EXPECT_EQ(refusal(*source_of(R"("path":"out/secret")"), ""), ErrorCode::not_found);
  EXPECT_EQ(refusal(*source_of(R"("path":"out/root/acme/single.json")"), ""), ErrorCode::not_found);
  EXPECT_EQ(names_of(*source), (std::vector<std::string>{"2025/a.csv", "b.csv"}));
  auto address = read_by(files, R"("path":"secret")").value();
  const auto linked = loop.run(files.open(
      {.context = ContextId("globex"), .flow = {}, .agreement = {}, .dataset = {}, .counter_party = {}},
      std::move(address)));
  EXPECT_EQ(refusal(**linked, ""), ErrorCode::not_found);
}

TEST_F(FileSourceTest, what_is_no_plain_file_is_none_and_nobody_waits_for_it) {
  ASSERT_EQ(::mkfifo((acme / "reports" / "fifo").c_str(), 0600), 0);
  const auto source = source_of(R"("path":"reports","proxyPath":"true")");
  EXPECT_EQ(refusal(*source, "/fifo"), ErrorCode::not_found);
  EXPECT_EQ(names_of(*source), (std::vector<std::string>{"2025/a.csv", "b.csv"}));
}

TEST_F(FileSourceTest, a_context_whose_name_is_a_step_has_a_folder_like_every_other) {
  for (const auto* name : {"..", ".", "a/b"}) {
    auto address = read_by(files, R"("path":"secret")").value();
    const auto source = loop.run(files.open(
        {.context = ContextId(name), .flow = {}, .agreement = {}, .dataset = {}, .counter_party = {}},
        std::move(address)));
    EXPECT_EQ(refusal(**source, ""), ErrorCode::not_found) << name;
  }
}

TEST_F(FileSourceTest, without_a_root_no_file_is_served) {
  const FileSources none(disk, {.root = {}});
  EXPECT_EQ(read_by(none, R"("path":"single.json")").error().pointer, "/dataAddress/type");
}

TEST_F(FileSourceTest, a_file_that_becomes_shorter_ends_with_an_error) {
  write(acme / "shrinking", std::string(600'000, 'x'));
  auto body = loop.run(source_of(R"("path":"shrinking")")->open({}, 0, soon())).value();
  EXPECT_TRUE(loop.run(body->read()));
  write(acme / "shrinking", "x");
  EXPECT_EQ(loop.run(body->read()).error().code, ErrorCode::peer_unavailable);
}

}  // namespace kontor::dataplane::file
