#include "tck/dsp/conformance/cases.hpp"

#include <sstream>

namespace kontor::tck::dsp {
namespace {

struct Row {
  std::string_view id;
  std::string_view lines;
};

constexpr Row rows[] = {
    // Negotiations that the connector provides for: our request has been taken.
    {"CN:01-01", "<Offer >Termination =TERMINATED"},
    {"CN:01-02", "<Offer >Request <Termination =TERMINATED"},
    {"CN:01-03", "<Offer >Accepted <Agreement >Verification <Finalized =FINALIZED"},
    {"CN:01-04", "<Agreement >Verification <Finalized =FINALIZED"},
    {"CN:02-01", "<Termination =TERMINATED"},
    {"CN:02-02", ">Termination =TERMINATED"},
    {"CN:02-03", "<Agreement >Termination =TERMINATED"},
    {"CN:02-04", "<Offer >Termination =TERMINATED"},
    {"CN:02-05", "<Offer <Termination =TERMINATED"},
    {"CN:02-06", "<Offer >Accepted <Termination =TERMINATED"},
    {"CN:02-07", "<Agreement >Verification <Termination =TERMINATED"},
    {"CN:03-01", "<Agreement >Verification <Finalized =FINALIZED >Termination! =FINALIZED"},
    {"CN:03-02", "<Offer =OFFERED >Verification! =OFFERED"},
    {"CN:03-03", "<Offer >Accepted =ACCEPTED >Verification! =ACCEPTED"},
    {"CN:03-04", "<Offer >Request =REQUESTED >Request! =REQUESTED"},
    // Negotiations that the connector opened: its request has been taken by us.
    {"CN_C:01-01", ">Offer <Accepted >Agreement <Verification >Finalized =FINALIZED"},
    {"CN_C:01-02", ">Offer <Request >Termination =TERMINATED"},
    {"CN_C:01-03", ">Offer <Termination =TERMINATED"},
    {"CN_C:01-04", ">Agreement <Verification >Finalized =FINALIZED"},
    {"CN_C:02-01", ">Termination =TERMINATED"},
    {"CN_C:02-02", "<Termination =TERMINATED"},
    {"CN_C:02-03", ">Agreement <Termination =TERMINATED"},
    {"CN_C:02-04", ">Offer =OFFERED >Termination =TERMINATED"},
    {"CN_C:02-05", ">Offer <Accepted >Termination =TERMINATED"},
    {"CN_C:02-06", ">Agreement <Verification >Termination =TERMINATED"},
    {"CN_C:03-01", ">Finalized! =REQUESTED"},
    {"CN_C:03-02", ">Offer =OFFERED >Agreement! =OFFERED"},
    {"CN_C:03-03", ">Offer =OFFERED >Finalized! =OFFERED"},
    {"CN_C:03-04", ">Offer <Accepted =ACCEPTED >Finalized! =ACCEPTED"},
    {"CN_C:03-05", ">Offer <Accepted =ACCEPTED >Offer! =ACCEPTED"},
    {"CN_C:03-06", ">Offer <Accepted >Agreement =AGREED >Finalized! =AGREED"},
    // Transfers that the connector provides for.
    {"TP:01-01", "<Start <Termination =TERMINATED"},
    {"TP:01-02", "<Start <Completion =COMPLETED"},
    {"TP:01-03", "<Start <Suspension <Termination =TERMINATED"},
    {"TP:01-04", "<Start <Suspension <Start <Completion =COMPLETED"},
    {"TP:01-05", "<Termination =TERMINATED"},
    {"TP:02-01", "<Start =STARTED >Termination =TERMINATED"},
    {"TP:02-02", "<Start =STARTED >Completion =COMPLETED"},
    {"TP:02-03", "<Start =STARTED >Suspension =SUSPENDED >Termination =TERMINATED"},
    {"TP:02-05", "=REQUESTED >Termination =TERMINATED"},
    {"TP:03-01", "=REQUESTED >Completion! =REQUESTED"},
    {"TP:03-02", "=REQUESTED >Suspension! =REQUESTED"},
    {"TP:03-03", "<Start >Suspension =SUSPENDED >Completion! =SUSPENDED"},
    {"TP:03-04", "<Start >Termination =TERMINATED >Start! =TERMINATED"},
    {"TP:03-05", "<Start >Termination =TERMINATED >Suspension! =TERMINATED"},
    {"TP:03-06", "<Start >Termination =TERMINATED >Completion! =TERMINATED"},
    // Transfers that the connector opened.
    {"TP_C:01-01", ">Start =STARTED >Termination =TERMINATED"},
    {"TP_C:01-02", ">Start =STARTED >Completion =COMPLETED"},
    {"TP_C:01-03", ">Start >Suspension =SUSPENDED >Termination =TERMINATED"},
    {"TP_C:01-04", ">Start >Suspension >Start =STARTED >Completion =COMPLETED"},
    {"TP_C:01-05", ">Termination =TERMINATED"},
    {"TP_C:02-01", ">Start <Termination =TERMINATED"},
    {"TP_C:02-02", ">Start <Completion =COMPLETED"},
    {"TP_C:02-03", ">Start <Suspension <Termination =TERMINATED"},
    {"TP_C:02-05", "<Termination =TERMINATED"},
    {"TP_C:03-01", "=REQUESTED >Completion! =REQUESTED"},
    {"TP_C:03-02", "=REQUESTED >Suspension! =REQUESTED"},
    {"TP_C:03-03", ">Start >Suspension >Completion! =SUSPENDED"},
    {"TP_C:03-04", ">Start >Termination =TERMINATED >Start! =TERMINATED"},
    {"TP_C:03-05", ">Start >Termination >Suspension! =TERMINATED"},
    {"TP_C:03-06", ">Start >Termination >Completion! =TERMINATED"},
};

Line line(std::string text) {
  const char sign = text.front();
  text.erase(0, 1);
  if (sign == '<') return {Line::Kind::expect, std::move(text)};
  if (sign == '=') return {Line::Kind::state, std::move(text)};
  if (!text.ends_with('!')) return {Line::Kind::send, std::move(text)};
  text.pop_back();
  return {Line::Kind::send_refused, std::move(text)};
}

}  // namespace

std::vector<Line> lines_of(std::string_view id) {
  std::vector<Line> lines;
  for (const auto& row : rows) {
    if (row.id != id) continue;
    std::istringstream text{std::string(row.lines)};
    for (std::string word; text >> word;) lines.push_back(line(std::move(word)));
  }
  return lines;
}

std::vector<std::string> scripted_ids() {
  std::vector<std::string> ids;
  for (const auto& row : rows) ids.emplace_back(row.id);
  return ids;
}

}  // namespace kontor::tck::dsp
