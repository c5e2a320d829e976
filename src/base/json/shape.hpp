#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json/fwd.hpp"
#include "base/json/json.hpp"

/// What a codec takes and gives, as JSON Schema 2020-12, told by the codec itself: `read` on a `Node` that
/// has a shape reads as ever and notes what it asks for. Nothing is declared a second time, so a description
/// cannot differ from what is read.
namespace kontor::json {

class Shapes;

/// The schema of one place of a document, while codecs describe it.
class Shape {
 public:
  explicit Shape(Shapes& home) : home_(&home) {}

  void type(std::string_view name);  ///< `string`; several codecs of one place may take several types
  void keyword(std::string_view key, Value value);  ///< `minimum`, `enum`; the last word counts
  Shape& member(std::string_view key);
  void require(std::string_view key);
  Shape& items();      ///< of an array
  Shape& values();     ///< of an object whose members have any name
  void one_or_many();  ///< an array, or its one element by itself
  /// The place is described by the definition of that name.
  Shape& refer_to(const std::string& definition);
  /// Members of what `write` gives that `read` does not ask for: they are read-only.
  void written(const Value& sample);

  /// Whether the codec has to be asked: it has not been yet, or there is an example that may lead further.
  bool begin(bool without_example);
  bool described() const { return !types_.empty() || !members_.empty() || items_ || values_; }
  Value schema() const;

 private:
  Value object_or_value() const;

  Shapes* home_;
  std::vector<std::string> types_;
  std::vector<std::pair<std::string, Value>> keywords_;
  std::vector<std::pair<std::string, std::unique_ptr<Shape>>> members_;
  std::set<std::string, std::less<>> required_;
  std::unique_ptr<Shape> items_;
  std::unique_ptr<Shape> values_;
  bool one_or_many_ = false;
  bool begun_ = false;
  std::string definition_;
};

/// The definitions that the schemas of one document share, by the name of the type that each describes.
class Shapes {
 public:
  /// `prefix`: where the definitions will stand, for references: `#/components/schemas/`.
  explicit Shapes(std::string prefix) : prefix_(std::move(prefix)) {}
  Shape& definition(const std::string& name);
  std::string reference(const std::string& name) const { return prefix_ + name; }
  /// All of them, by name.
  Object schemas() const;

 private:
  std::string prefix_;
  std::map<std::string, std::unique_ptr<Shape>> definitions_;
};

/// `kontor::protocol::api::management::Asset` is `management.Asset`.
std::string definition_name(std::string_view type);

}  // namespace kontor::json
