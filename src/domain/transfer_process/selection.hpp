#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json/codec.hpp"
#include "base/time/time.hpp"

/// Which data plane gets a transfer. Pure.
namespace kontor::domain::transfer_process {

/// A registered data plane, as far as it matters to who chooses.
struct Candidate {
  std::string id;
  std::vector<std::string> transfer_types;
  std::vector<std::string> labels;
  std::optional<Instant> good_until;    ///< when it counts as gone unless it registers again; none: never
  std::optional<Instant> silent_until;  ///< a signal found nobody: others are preferred until then
  std::optional<std::uint32_t> load_percent;  ///< as it last said itself
  std::size_t orders = 0;                     ///< under way; of who says its load: since it last said so, too
};

struct Wanted {
  std::string transfer_type;
  std::vector<std::string> labels;  ///< all of them
  std::string near = {};            ///< a location: who has the label `location=…` of it is preferred
};

enum class Verdict : std::uint8_t {
  chosen,
  suits,
  silent,
  other_transfer_types,
  lacks_labels,
  gone,
  not_registered
};
inline constexpr json::EnumNames<Verdict, 7> verdict_names{
    {{Verdict::chosen, "CHOSEN"},
     {Verdict::suits, "SUITS"},
     {Verdict::silent, "SILENT"},
     {Verdict::other_transfer_types, "OTHER_TRANSFER_TYPES"},
     {Verdict::lacks_labels, "LACKS_LABELS"},
     {Verdict::gone, "GONE"},
     {Verdict::not_registered, "NOT_REGISTERED"}}};

struct Judgement {
  std::string id;
  Verdict verdict = Verdict::suits;
  std::string reason;  ///< in words, with what was missing
};

/// Every candidate, in its order, and which was chosen.
struct Selection {
  std::vector<Judgement> judgements;
  std::optional<std::size_t> chosen;

  /// What was wrong with each, for who got none.
  std::string reasons() const;
};

/// Of those that serve the transfer type, have all labels and are not gone: one that answers before one that
/// did not, then one that is near, then the one with the least to do (its load and one per cent for each
/// order), then the first.
Selection select(const std::vector<Candidate>& candidates, const Wanted& wanted, Instant now);

/// How the one stands that was chosen before.
Judgement standing_of(const std::string& id, const std::vector<Candidate>& candidates, Instant now);

}  // namespace kontor::domain::transfer_process
