#include "platform/store/sql/cursor.hpp"

#include <fmt/format.h>

#include <type_traits>

#include "base/text/text.hpp"

namespace kontor::platform::store::sql {
namespace {

using protocol::query::Predicate;
using protocol::query::Scalar;

/// Stands between the parts; ids have no control characters.
constexpr char separator = '\x1f';

class Digest {
 public:
  void add(std::string_view text) {
    for (const char c : text) step(static_cast<unsigned char>(c));
    step(0x100);
  }
  void add(std::uint64_t number) { add(std::string_view(std::to_string(number))); }
  void add(const Scalar& scalar) {
    add(std::uint64_t{scalar.index()});
    std::visit(
        [this]<class T>(const T& value) {
          if constexpr (std::is_same_v<T, std::string>) {
            add(std::string_view(value));
          } else {
            add(std::string_view(fmt::format("{}", value)));
          }
        },
        scalar);
  }
  void add(const Predicate& predicate) {
    add(static_cast<std::uint64_t>(predicate.kind));
    add(std::string_view(predicate.criterion.field));
    add(static_cast<std::uint64_t>(predicate.criterion.op));
    add(predicate.criterion.values.size());
    for (const auto& value : predicate.criterion.values) add(value);
    add(predicate.terms.size());
    for (const auto& term : predicate.terms) add(term);
  }
  std::uint64_t value() const { return value_; }

 private:
  void step(std::uint64_t octet) { value_ = (value_ ^ octet) * 0x100000001b3ULL; }
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

}  // namespace

std::uint64_t digest_of(const Question& question) {
  Digest digest;
  digest.add(std::string_view(question.context ? "list" : "list across"));
  if (question.context) digest.add(std::string_view(question.context->str()));
  digest.add(question.kind->name);
  digest.add(question.query->where);
  for (const auto& sort : question.query->sort) {
    digest.add(std::string_view(sort.field));
    digest.add(std::uint64_t{sort.descending});
  }
  return digest.value();
}

std::uint64_t digest_of_export(const ContextId& context) {
  Digest digest;
  digest.add(std::string_view("export"));
  digest.add(std::string_view(context.str()));
  return digest.value();
}

std::string write_place(std::uint64_t question, const Place& place) {
  protocol::query::Cursor cursor;
  cursor.keys = place.keys;
  cursor.id = EntityId(fmt::format("{:016x}{}{}{}{}", question, separator, place.first, separator, place.id));
  return protocol::query::write_cursor(cursor);
}

Result<Place> read_place(std::uint64_t question, const protocol::query::Cursor& cursor) {
  const auto parts = text::split(cursor.id.str(), separator);
  if (parts.size() != 3 || parts[0] != fmt::format("{:016x}", question)) {
    return invalid("", "the cursor belongs to another query: ask for the first page again");
  }
  return Place{cursor.keys, std::string(parts[1]), std::string(parts[2])};
}

}  // namespace kontor::platform::store::sql
