#include "runtime/policy/claim_path.hpp"

#include <charconv>

#include "base/text/beginning.hpp"

namespace kontor::runtime::policy {

class ClaimPathReader {
 public:
  explicit ClaimPathReader(std::string_view text) : text_(text) {}

  Result<ClaimPath> read() {
    if (!take('$')) return refuse("a path begins with $");
    ClaimPath path;
    while (at_ < text_.size()) {
      if (path.segments_.size() == claim_path_segments_max) return refuse("the path has too many segments");
      auto segment = take('.') ? dotted() : bracketed();
      if (!segment) return fail(std::move(segment.error()));
      path.segments_.push_back(std::move(*segment));
    }
    return path;
  }

 private:
  using Segment = ClaimPath::Segment;

  bool take(char expected) {
    if (at_ == text_.size() || text_[at_] != expected) return false;
    ++at_;
    return true;
  }

  std::unexpected<Error> refuse(std::string_view rule) const {
    return fail(ErrorCode::invalid_input, "column {} of '{}': {}", at_ + 1, text::beginning(text_, 100),
                rule);
  }

  Result<Segment> dotted() {
    if (take('*')) return ClaimPath::Any{};
    const auto end = std::min(text_.find_first_of(".[]'\"*$ ", at_), text_.size());
    if (end == at_) return refuse("a name or * is expected");
    std::string name(text_.substr(at_, end - at_));
    at_ = end;
    return name;
  }

  Result<Segment> bracketed() {
    if (!take('[')) return refuse(". or [ is expected");
    auto segment = inside();
    if (segment && !take(']')) return refuse("] is expected");
    return segment;
  }

  Result<Segment> inside() {
    if (take('*')) return ClaimPath::Any{};
    for (const char quote : {'\'', '"'}) {
      if (take(quote)) return quoted(quote);
    }
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), index);
    if (error != std::errc{}) return refuse("a quoted name, an index or * is expected");
    at_ = static_cast<std::size_t>(end - text_.data());
    return index;
  }

  Result<Segment> quoted(char quote) {
    const auto end = text_.find(quote, at_);
    if (end == std::string_view::npos) return refuse("the name is not closed");
    std::string name(text_.substr(at_, end - at_));
    at_ = end + 1;
    return name;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

namespace {

/// The values that one segment leads to.
template <class Segments>
void step(const json::Value& from, const Segments& segment, std::vector<const json::Value*>& to) {
  if (const auto* name = std::get_if<std::string>(&segment)) {
    if (const auto* member = json::find(from, *name)) to.push_back(member);
  } else if (const auto* index = std::get_if<std::size_t>(&segment)) {
    const auto* list = from.if_array();
    if (list && *index < list->size()) to.push_back(&(*list)[*index]);
  } else if (const auto* list = from.if_array()) {
    for (const auto& element : *list) to.push_back(&element);
  } else if (const auto* object = from.if_object()) {
    for (const auto& member : *object) to.push_back(&member.value());
  }
}

}  // namespace

Result<ClaimPath> ClaimPath::read(std::string_view text) {
  return ClaimPathReader(text).read();
}

Result<void> ClaimPath::find(const json::Value& root, std::uint64_t& steps_left,
                             std::vector<json::Value>& found) const {
  std::vector<const json::Value*> here{&root};
  for (const auto& segment : segments_) {
    std::vector<const json::Value*> next;
    for (const auto* value : here) step(*value, segment, next);
    if (next.size() + 1 > steps_left) {
      steps_left = 0;
      return fail(ErrorCode::too_large, "the path visits more values than an evaluation may cost");
    }
    steps_left -= next.size() + 1;
    here = std::move(next);
  }
  for (const auto* value : here) found.push_back(*value);
  return {};
}

}  // namespace kontor::runtime::policy
