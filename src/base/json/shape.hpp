#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/json/fwd.hpp"
#include "base/json/json.hpp"

/// What a codec takes and gives, as JSON Schema 2020-12, told by the codec itself: `read` on a `Node` that
/// has a shape reads as ever and notes what it asks for. Nothing is declared a second time, so a description
/// cannot differ from what is read.
namespace kontor::json {

class Shapes;

/// The schema of one place of a document, while codecs describe it. What it holds is the source's own: every
/// codec sees this header, and one in a hundred describes.
class Shape {
 public:
  explicit Shape(Shapes& home);
  ~Shape();

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
  bool described() const;
  Value schema() const;

 private:
  Value object_or_value() const;

  struct State;
  std::unique_ptr<State> state_;
};

/// The definitions that the schemas of one document share, by the name of the type that each describes.
class Shapes {
 public:
  /// `prefix`: where the definitions will stand, for references: `#/components/schemas/`.
  explicit Shapes(std::string prefix);
  ~Shapes();
  Shape& definition(const std::string& name);
  std::string reference(const std::string& name) const;
  /// All of them, by name.
  Object schemas() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// `kontor::protocol::api::management::Asset` is `management.Asset`.
std::string definition_name(std::string_view type);

}  // namespace kontor::json
