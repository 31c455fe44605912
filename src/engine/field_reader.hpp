// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/run_state.hpp"
#include "io/result_layout.hpp"
#include "io/safetensors_header.hpp"

namespace stockpot::engine {

/// The arrays of a written state by their names; what the reader takes must fit, to the byte.
class FieldSource {
 public:
  /// file   one part of a state, already checked against its checksum
  /// where  names it in messages
  FieldSource(std::span<const std::byte> file, const io::SafetensorsHeader& header,
              std::string where);

  /// The elements of a field. throws DataError where it is missing or of another type
  std::span<const std::byte> take(const std::string& name, io::Dtype dtype);
  /// throws DataError where a field was not taken
  void expect_all_taken() const;
  [[noreturn]] void refuse(const std::string& why) const;

 private:
  std::map<std::string, const io::TensorInfo*, std::less<>> left_;
  std::span<const std::byte> data_;
  std::string where_;
};

/// Puts a state together again: the `get` of every `put` of FieldWriter.
class FieldReader {
 public:
  /// own_only  the source has only what each rank has for itself (Part::own); the rest is left
  /// alone
  FieldReader(FieldSource& source, bool own_only) : source_(source), own_only_(own_only) {}

  void read(RunState& state) { get("", state, Part::everywhere); }

 private:
  template <typename Struct>
    requires requires(Struct& s) { Struct::visit(s, [](auto&&...) {}); }
  void get(const std::string& name, Struct& value, Part part) {
    Struct::visit(value, [&](const char* member, auto& inner, Part own = Part::everywhere) {
      get(name.empty() ? member : name + "/" + member, inner, own == Part::everywhere ? part : own);
    });
  }
  template <typename Value>
    requires(!requires(Value& v) { Value::visit(v, [](auto&&...) {}); })
  void get(const std::string& name, Value& value, Part part) {
    if (!own_only_ || part == Part::own) get_value(name, value);
  }

  void get_value(const std::string& name, std::int64_t& value) {
    value = one(numbers<std::int64_t>(name), name);
  }
  void get_value(const std::string& name, double& value) {
    value = one(numbers<double>(name), name);
  }
  void get_value(const std::string& name, at::Tensor& values);
  void get_value(const std::string& name, model::Weights& weights);
  void get_value(const std::string& name, train::SharedMask& mask);
  void get_value(const std::string& name, std::vector<train::SharedMask>& masks);
  void get_value(const std::string& name, std::vector<float>& values) {
    values = numbers<float>(name);
  }
  void get_value(const std::string& name, std::vector<double>& values) {
    values = numbers<double>(name);
  }
  void get_value(const std::string& name, std::map<std::string, Snapshot>& snapshots);
  void get_value(const std::string& name, std::vector<DenoiserVote>& votes);
  void get_value(const std::string& name, std::vector<io::DenoiserMask>& masks);
  void get_value(const std::string& name, CostLedger& ledger) {
    std::vector<PhaseCost> rows;
    get_value(name, rows);
    ledger = CostLedger(std::move(rows));
  }

  template <typename Row>
    requires(std::tuple_size_v<decltype(io::kColumns<Row>)> > 0)
  void get_value(const std::string& name, std::vector<Row>& rows) {
    bool first = true;
    io::for_each_in(io::kColumns<Row>, [&]<typename T>(const io::Column<Row, T>& column) {
      auto values = column_of<T>(name + "/" + column.name);
      if (first) rows.resize(values.size());
      first = false;
      if (values.size() != rows.size()) source_.refuse(name + " has columns of unequal length");
      for (std::size_t i = 0; i < values.size(); ++i) rows[i].*column.member = std::move(values[i]);
    });
  }
  template <typename T>
  std::vector<T> column_of(const std::string& name) {
    if constexpr (std::is_same_v<T, std::string>)
      return texts(name);
    else if constexpr (std::is_same_v<T, bool>)
      return truths(name);
    else
      return numbers<T>(name);
  }

  template <typename Number>
  std::vector<Number> numbers(const std::string& name);
  std::vector<std::string> texts(const std::string& name);
  std::vector<bool> truths(const std::string& name);
  mask::Mask mask_of(const std::string& name, std::int64_t size);
  template <typename Number>
  Number one(const std::vector<Number>& values, const std::string& name) const {
    if (values.size() != 1) source_.refuse(name + " is not one number");
    return values.front();
  }

  FieldSource& source_;
  bool own_only_;
};

}  // namespace stockpot::engine
