#include "dataplane/file/file_source.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "dataplane/file/beneath.hpp"
#include "dataplane/file/file_answer.hpp"

namespace kontor::dataplane::file {

namespace async = platform::async;

namespace {

constexpr std::string_view edc_namespace = "https://w3id.org/edc/v0.0.1/ns/";
constexpr std::size_t piece_bytes = 256 * 1024;

std::string member(const dps::DataAddress& address, std::string_view name) {
  const auto* value = address.property(name);
  if (!value) value = address.property(std::string(edc_namespace) + std::string(name));
  return value ? *value : std::string();
}

/// Blocking work, elsewhere.
template <class T>
Task<Result<T>> on(async::Offload& disk, std::function<Result<T>()> work) {
  std::optional<Result<T>> result;
  co_await disk.run([&result, &work] { result.emplace(work()); });
  co_return std::move(*result);
}

/// Some bytes of a file, as long as they are there.
class FileBody final : public web::BodyStream {
 public:
  FileBody(async::Offload& disk, Descriptor file, std::uint64_t offset, std::uint64_t length_bytes)
      : disk_(disk),
        file_(std::move(file)),
        offset_(offset),
        length_bytes_(length_bytes),
        left_(length_bytes) {}

  Task<Result<std::string>> read() override {
    if (left_ == 0) co_return std::string();
    auto piece = co_await on<std::string>(disk_, [this] { return next(); });
    if (!piece) co_return piece;
    offset_ += piece->size();
    left_ -= piece->size();
    co_return piece;
  }
  std::optional<std::uint64_t> length_bytes() const override { return length_bytes_; }

 private:
  Result<std::string> next() const {
    std::string piece(std::min<std::uint64_t>(left_, piece_bytes), '\0');
    const auto count = ::pread(file_.get(), piece.data(), piece.size(), static_cast<off_t>(offset_));
    if (count < 0) return fail(ErrorCode::storage_failed, "read a file: {}", std::strerror(errno));
    if (count == 0) return fail(ErrorCode::peer_unavailable, "the file became shorter while it was read");
    piece.resize(static_cast<std::size_t>(count));
    return piece;
  }

  async::Offload& disk_;
  Descriptor file_;
  std::uint64_t offset_;
  std::uint64_t length_bytes_;
  std::uint64_t left_;
};

/// The names behind a flow's address; a slash at the end says nothing.
Result<Steps> steps_behind(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  Steps steps;
  if (path.empty()) return steps;
  for (const auto each : text::split(path, '/')) {
    auto name = text::percent_decode(each);
    if (!name || name->contains('/')) return invalid("", "the path cannot be read");
    auto step = steps_of(*name);
    if (!step || step->size() != 1)
      return invalid("", "the path holds a segment that could leave the data's own path");
    steps.push_back(std::move(step->front()));
  }
  return steps;
}

class FileSource final : public source::Source {
 public:
  struct Where {
    std::filesystem::path root;
    Steps steps;
    bool proxy_path = false;
    std::size_t parts_max = 0;
  };
  FileSource(async::Offload& disk, Where where) : disk_(disk), where_(std::move(where)) {}

  Task<Result<web::Response>> answer(source::Question question, async::Deadline) override {
    if (question.method != "GET" && question.method != "HEAD")
      co_return fail(ErrorCode::method_not_allowed, "files are read, with GET and HEAD");
    auto behind = steps_behind(question.path);
    if (!behind) co_return fail(std::move(behind.error()));
    if (!behind->empty() && !where_.proxy_path)
      co_return fail(ErrorCode::not_found, "this data has no parts with paths of their own");
    auto steps = joined(std::move(*behind));
    auto file = co_await opened(steps);
    if (!file) co_return fail(std::move(file.error()));
    auto headers = std::move(question.headers);
    if (question.method == "HEAD") headers.remove("Range");
    auto slice = slice_of({.size_bytes = file->size_bytes,
                           .tag = file->tag,
                           .media_type = std::string(media_type_of(steps.empty() ? "" : steps.back()))},
                          headers);
    web::Response response{.status = slice.status, .headers = std::move(slice.headers), .body = {}};
    response.headers.set("X-Content-Type-Options", "nosniff");
    if (slice.status != 200 && slice.status != 206) co_return response;
    response.headers.set("Content-Length", std::to_string(slice.length_bytes));
    if (question.method == "HEAD" || slice.length_bytes == 0) co_return response;
    response.body.stream =
        std::make_shared<FileBody>(disk_, std::move(file->descriptor), slice.offset, slice.length_bytes);
    co_return response;
  }

  Task<Result<std::vector<source::Part>>> parts(async::Deadline) override {
    auto found = co_await on<std::vector<Found>>(
        disk_, [this] { return files_below(where_.root, where_.steps, where_.parts_max); });
    if (!found) co_return fail(std::move(found.error()));
    std::vector<source::Part> parts;
    parts.reserve(found->size());
    for (auto& each : *found) {
      const std::string_view name = each.path.empty() ? std::string_view(where_.steps.back()) : each.path;
      std::string type(media_type_of(name));
      parts.push_back({.name = std::move(each.path),
                       .media_type = std::move(type),
                       .size_bytes = each.size_bytes,
                       .version = std::move(each.tag)});
    }
    co_return parts;
  }

  Task<Result<std::shared_ptr<web::BodyStream>>> open(source::Part part, std::uint64_t offset,
                                                      async::Deadline) override {
    auto below = steps_of(part.name);
    if (!below) co_return fail(std::move(below.error()));
    auto file = co_await opened(joined(std::move(*below)));
    if (!file) co_return fail(std::move(file.error()));
    if (!part.version.empty() && part.version != file->tag)
      co_return fail(ErrorCode::conflict, "the file is not the one that was listed");
    if (offset > file->size_bytes) co_return fail(ErrorCode::conflict, "the file is shorter than it was");
    const auto left = file->size_bytes - offset;
    co_return std::make_shared<FileBody>(disk_, std::move(file->descriptor), offset, left);
  }

 private:
  Steps joined(Steps below) const {
    auto steps = where_.steps;
    std::ranges::move(below, std::back_inserter(steps));
    return steps;
  }
  Task<Result<OpenFile>> opened(Steps steps) {
    co_return co_await on<OpenFile>(disk_, [this, &steps] { return open_file(where_.root, steps); });
  }

  async::Offload& disk_;
  Where where_;
};

}  // namespace

Result<dps::DataAddress> FileSources::read(const json::Node& node) const {
  dps::DataAddress address;
  if (auto done = dps::read_data_address(node, address); !done) return fail(std::move(done.error()));
  const auto path = member(address, "path");
  auto steps = steps_of(path);
  if (!steps) return invalid(node.pointer() + "/path", "{}", steps.error().detail);
  if (options_.root.empty())
    return invalid(node.pointer() + "/type", "files are not served here: file_data_plane.root is not set");
  dps::DataAddress kept{.endpoint_type = std::string(type()), .endpoint = {}, .properties = {}};
  dps::set_property(kept, {"path", path});
  if (member(address, "proxyPath") == "true") dps::set_property(kept, {"proxyPath", "true"});
  return kept;
}

Task<Result<std::shared_ptr<source::Source>>> FileSources::open(source::Reader reader,
                                                                dps::DataAddress address) {
  auto steps = steps_of(member(address, "path"));
  if (!steps) co_return fail(std::move(steps.error()));
  co_return std::make_shared<FileSource>(
      disk_, FileSource::Where{.root = root_of(options_.root, reader.context),
                               .steps = std::move(*steps),
                               .proxy_path = member(address, "proxyPath") == "true",
                               .parts_max = options_.parts_max});
}

}  // namespace kontor::dataplane::file
