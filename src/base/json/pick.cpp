#include "base/json/pick.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse_options.hpp>
#include <charconv>

namespace kontor::json {

using boost::json::error_code;
using boost::json::string_view;

/// A place that leads to what is wanted, or is wanted itself.
struct Picker::Step {
  std::string name;
  std::vector<Step> members = {};
  std::vector<std::size_t> wanted_as = {};

  const Step* member(std::string_view key) const {
    const auto found = std::ranges::find(members, key, &Step::name);
    return found == members.end() ? nullptr : &*found;
  }
};

namespace {

/// Follows the document along the steps. Of what leads nowhere it knows the depth alone.
template <class Step>
class Follower {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  Follower(const Step& root, std::size_t count) : next_(&root), found_(count) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

  bool on_object_begin(error_code&) {
    if (next_ && !next_->members.empty()) {
      open_.push_back(next_);
    } else {
      ++aside_;
    }
    next_ = nullptr;
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    if (aside_ > 0) {
      --aside_;
    } else {
      open_.pop_back();
    }
    return true;
  }
  bool on_array_begin(error_code&) {
    ++aside_;
    next_ = nullptr;
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    --aside_;
    return true;
  }

  bool on_key_part(string_view part, std::size_t, error_code&) { return aside_ > 0 || append(part); }
  bool on_key(string_view part, std::size_t, error_code&) {
    if (aside_ > 0) return true;
    next_ = open_.back()->member(whole(part));
    text_.clear();
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) { return !next_ || append(part); }
  bool on_string(string_view part, std::size_t, error_code&) {
    if (!next_) return true;
    const auto text = whole(part);
    take(string_view(text.data(), text.size()));
    text_.clear();
    return true;
  }
  bool on_int64(std::int64_t number, string_view, error_code&) { return take(number); }
  bool on_uint64(std::uint64_t number, string_view, error_code&) { return take(number); }
  /// As `parse` reads it.
  bool on_double(double number, string_view text, error_code&) {
    if (next_) std::from_chars(text.data(), text.data() + text.size(), number);
    return take(number);
  }
  bool on_bool(bool value, error_code&) { return take(value); }
  bool on_null(error_code&) { return take(nullptr); }

  std::vector<Value> found() { return std::move(found_); }

 private:
  bool append(string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }

  /// A text with this last part; valid until the next one begins.
  std::string_view whole(string_view part) {
    if (text_.empty()) return {part.data(), part.size()};
    append(part);
    return text_;
  }

  template <class T>
  bool take(const T& value) {
    if (!next_) return true;
    for (const auto index : next_->wanted_as) found_[index] = value;
    next_ = nullptr;
    return true;
  }

  std::vector<const Step*> open_;  ///< the objects around, as long as they lead somewhere
  std::size_t aside_ = 0;          ///< how many objects and arrays below those
  const Step* next_;               ///< what the value that comes is; none: nothing that is wanted
  std::string text_;               ///< the parts of a text so far
  std::vector<Value> found_;
};

}  // namespace

Picker::Picker(std::span<const MemberPath> paths) : root_(std::make_unique<Step>()), count_(paths.size()) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    Step* step = root_.get();
    for (const auto& name : paths[i]) {
      auto member = std::ranges::find(step->members, name, &Step::name);
      step = member == step->members.end() ? &step->members.emplace_back(name) : &*member;
    }
    step->wanted_as.push_back(i);
  }
}

Picker::~Picker() = default;
Picker::Picker(Picker&&) noexcept = default;
Picker& Picker::operator=(Picker&&) noexcept = default;

Result<std::vector<Value>> Picker::pick(std::string_view text, ParseLimits limits) const {
  if (text.size() > limits.bytes_max) {
    return fail(ErrorCode::too_large, "the document has {} bytes, {} are allowed", text.size(),
                limits.bytes_max);
  }
  boost::json::parse_options options;
  options.max_depth = limits.depth_max;
  boost::json::basic_parser<Follower<Step>> parser(options, *root_, count_);
  error_code error;
  const auto read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = boost::json::error::extra_data;
  if (error) return fail(ErrorCode::malformed, "no valid JSON near byte {}: {}", read, error.message());
  return parser.handler().found();
}

}  // namespace kontor::json
