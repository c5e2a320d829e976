#include "base/json/json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <vector>

#include "base/text/beginning.hpp"

namespace kontor::json {
namespace {

using boost::json::error_code;
using boost::json::string_view;

/// Builds a value while it checks what Boost.JSON's own builder accepts: duplicate keys and large numbers.
/// What belongs to an array or object waits on a stack until that ends, so each is made once, in its size.
class Builder {
 public:
  Builder() {
    values_.reserve(32);
    keys_.reserve(256);
    key_ends_.reserve(32);
  }

  static constexpr std::size_t max_object_size = 100'000;
  static constexpr std::size_t max_array_size = 100'000;
  static constexpr std::size_t max_key_size = 16 * 1024;
  static constexpr std::size_t max_string_size = std::size_t(-1);

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_array_begin(error_code&) { return true; }
  bool on_key_part(string_view part, std::size_t, error_code&) { return append(part); }
  bool on_string_part(string_view part, std::size_t, error_code&) { return append(part); }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, string_view, error_code&) { return add(number); }
  bool on_uint64(std::uint64_t number, string_view, error_code&) { return add(number); }
  bool on_bool(bool value, error_code&) { return add(value); }
  bool on_null(error_code&) { return add(nullptr); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

  // The parser's own number is off by a last digit now and then; too small a number keeps it.
  bool on_double(double number, string_view text, error_code& error) {
    if (number > 1.7e308 || number < -1.7e308) {
      problem = "a number is out of range";
      return refuse(error);
    }
    std::from_chars(text.data(), text.data() + text.size(), number);
    return add(number);
  }

  bool on_string(string_view part, std::size_t, error_code& error) {
    const auto text = whole(part);
    if (text.contains('\0')) return refuse_nul(error);
    values_.emplace_back(string_view(text));
    text_.clear();
    return true;
  }

  bool on_key(string_view part, std::size_t, error_code& error) {
    const auto key = whole(part);
    if (key.contains('\0')) return refuse_nul(error);
    key_ends_.push_back(keys_.size() + key.size());
    keys_ += key;
    text_.clear();
    return true;
  }

  bool on_array_end(std::size_t size, error_code&) {
    Array array;
    array.reserve(size);
    const auto first = values_.size() - size;
    for (auto i = first; i < values_.size(); ++i) array.push_back(std::move(values_[i]));
    values_.resize(first);
    return add(std::move(array));
  }

  bool on_object_end(std::size_t size, error_code& error) {
    Object object;
    object.reserve(size);
    const auto first = values_.size() - size;
    const auto first_key = key_ends_.size() - size;
    const auto keys_begin = first_key == 0 ? 0 : key_ends_[first_key - 1];
    auto begin = keys_begin;
    for (std::size_t i = 0; i < size; ++i) {
      const auto end = key_ends_[first_key + i];
      const auto key = std::string_view(keys_).substr(begin, end - begin);
      if (!object.emplace(key, std::move(values_[first + i])).second) {
        problem = "the key '" + std::string(text::beginning(key, 64)) + "' stands twice in one object";
        return refuse(error);
      }
      begin = end;
    }
    values_.resize(first);
    key_ends_.resize(first_key);
    keys_.resize(keys_begin);
    return add(std::move(object));
  }

  Value root() { return values_.empty() ? Value() : std::move(values_.front()); }

  std::string problem;

 private:
  static bool refuse(error_code& error) {
    error = boost::json::error::syntax;
    return false;
  }

  /// No database keeps it in a text, and what stands behind it would be lost.
  bool refuse_nul(error_code& error) {
    problem = "a text holds the character U+0000";
    return refuse(error);
  }

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
  bool add(T&& value) {
    values_.emplace_back(std::forward<T>(value));
    return true;
  }

  std::vector<Value> values_;          ///< of arrays and objects that have not ended, in order
  std::string keys_;                   ///< of objects that have not ended, one behind the other
  std::vector<std::size_t> key_ends_;  ///< where each ends in `keys_`
  std::string text_;                   ///< the parts of a text so far
};

}  // namespace

Result<Value> parse(std::string_view text, ParseLimits limits) {
  if (text.size() > limits.bytes_max) {
    return fail(ErrorCode::too_large, "the document has {} bytes, {} are allowed", text.size(),
                limits.bytes_max);
  }
  boost::json::parse_options options;
  options.max_depth = limits.depth_max;
  boost::json::basic_parser<Builder> parser(options);
  error_code error;
  const auto read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = boost::json::error::extra_data;
  if (error) {
    const auto& problem = parser.handler().problem;
    return fail(ErrorCode::malformed, "no valid JSON near byte {}: {}", read,
                problem.empty() ? error.message() : problem);
  }
  return parser.handler().root();
}

std::string serialize(const Value& value) {
  return boost::json::serialize(value);
}

bool equal(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number() && a.kind() != b.kind()) {
    return a.to_number<double>() == b.to_number<double>();
  }
  if (a.kind() != b.kind()) return false;
  if (a.is_object()) {
    const auto& left = a.get_object();
    const auto& right = b.get_object();
    if (left.size() != right.size()) return false;
    for (const auto& member : left) {
      const auto* other = right.if_contains(member.key());
      if (!other || !equal(member.value(), *other)) return false;
    }
    return true;
  }
  if (a.is_array()) {
    const auto& left = a.get_array();
    const auto& right = b.get_array();
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (!equal(left[i], right[i])) return false;
    }
    return true;
  }
  return a == b;
}

const Value* find(const Value& value, std::string_view key) {
  const auto* object = value.if_object();
  return object ? object->if_contains(key) : nullptr;
}

std::string pointer_segment(std::string_view key) {
  if (key.find_first_of("~/") == key.npos) return std::string(key);
  std::string segment;
  for (char c : key) {
    if (c == '~') {
      segment += "~0";
    } else if (c == '/') {
      segment += "~1";
    } else {
      segment += c;
    }
  }
  return segment;
}

}  // namespace kontor::json
