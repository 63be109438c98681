# run: migrate
class Firm < ActiveRecord::Base
end

class Account < ActiveRecord::Base
  belongs_to :firm
end

class GroupedByRecord < ActiveRecord::Migration[8.1]
  def up
    create_table(:firms) { |t| t.string :name }
    create_table(:accounts) { |t| t.references :firm; t.integer :credit }
    firms = %w[one two].map { |name| Firm.create!(name: name) }
    [5, 6].each { |credit| Account.create!(firm: firms.first, credit: credit) }
    Account.create!(firm: firms.last, credit: 7)
    sums = Account.group(:firm).sum(:credit)
    counts = Account.group(:firm).count
    say [sums[Firm.find_by(name: "one")], sums[firms.last], sums.key?(firms.first), sums[Firm.new]].inspect
    say [counts[firms.first], counts.fetch(Firm.find(firms.last.id)), counts.keys == firms].inspect
    say Account.group(:firm).maximum(:credit).to_a.map { |firm, credit| [firm.name, credit] }.sort.inspect
  end
end
