# run: migrate
class More < ActiveRecord::Migration[8.1]
  class Account < ActiveRecord::Base
    has_many :members, class_name: "More::Member"
    has_many :active_members, -> { where(active: true).order(:name) }, class_name: "More::Member"
    scope :big, ->(size = 1) { where("size > ?", size) }
    scope :with_members, -> { joins(:members).distinct }
  end

  class Member < ActiveRecord::Base
    belongs_to :account, class_name: "More::Account", optional: true
    scope :active, -> { where(active: true) }
    default_scope { where(deleted_at: nil) }
  end

  def refuse
    yield
  rescue => error
    say "#{error.class}: #{error.message}"
  end

  def up
    create_table :accounts do |t|
      t.string :name
      t.integer :size, default: 0
      t.integer :members_count, default: 0
    end
    create_table :members do |t|
      t.references :account
      t.string :name
      t.boolean :active, default: true, null: false
      t.datetime :deleted_at
      t.timestamps
    end
    Account.insert_all([{ name: "a", size: 1 }, { name: "b", size: 2 }, { name: "c", size: 3 }])
    Member.insert_all([{ account_id: 1, name: "x" }, { account_id: 1, name: "y" }, { account_id: 2, name: "z" }])
    say Account.optimizer_hints("NO_INDEX_MERGE(accounts)").to_sql
    say Account.with_recursive(tree: [Account.where(id: 1), Account.joins("JOIN tree ON tree.id = accounts.id - 1")]).to_sql
    say Account.big.big(2).to_sql
    say Account.with_members.order(:id).map(&:name).inspect
    say Member.unscoped.active.to_sql
    say Member.unscope(where: :deleted_at).to_sql
    say Account.joins(:active_members).to_sql
    say Account.joins(:members).merge(Member.active).group("accounts.id").count.inspect
    say Account.joins(:members).group("accounts.id", "accounts.name").having("COUNT(members.id) > 1").pluck("accounts.name").inspect
    say Account.left_joins(:members).group(:id).order(:id).count("members.id").inspect
    say Account.left_joins(:members).select("accounts.*, COUNT(members.id) AS total").group("accounts.id").order(:id).map(&:total).inspect
    say Account.where(Member.where("members.account_id = accounts.id").arel.exists).order(:id).ids.inspect
    say Account.where("EXISTS (?)", Member.where("members.account_id = accounts.id").select(1)).order(:id).ids.inspect
    say Account.where(id: Member.select(:account_id).distinct).order(:id).ids.inspect
    say Account.where.not(id: Member.where.not(account_id: nil).select(:account_id)).ids.inspect
    say Member.joins(:account).where(account: { name: "a" }).order(:id).pluck(:name).inspect
    say Member.joins(:account).where(accounts: { size: 1.. }).order(:id).pluck("members.name", "accounts.size").inspect
    say Member.joins(:account).update_all("active = members.active").to_s
    say Member.where(account_id: Account.where(name: "a")).update_all(name: "w").to_s
    say Member.joins(:account).where(accounts: { name: "b" }).delete_all.to_s
    Account.find_each { |account| account.update_columns(members_count: account.members.count) }
    say Account.order(:id).pluck(:members_count).inspect
    Account.includes(:members).find_each(batch_size: 2) { |account| say account.members.map(&:name).inspect }
    Member.includes(:account).in_batches(of: 1) { |members| members.each { |member| say member.account.name } }
    Account.joins(:members).in_batches(of: 1) { |accounts| say accounts.ids.inspect }
    Account.joins(:members).distinct.find_each { |account| say account.name }
    say Account.where(name: %w[a b]).in_batches(of: 1).update_all("size = size + 1").to_s
    say Account.group(:size).having(size: 3).count.inspect
    say Account.order(Arel.sql("size IS NULL"), :size).pluck(:size).inspect
    say Account.order(:size).limit(1).offset(1).pluck(:name).inspect
    say Account.where(size: 2).or(Account.where(name: "c")).order(:id).ids.inspect
    say Account.where(size: 2).or(Account.where(name: "c").where(size: 3)).to_sql
    say Account.where("size > ?", 1).or(Account.where(name: "c")).where.not(id: 9).to_sql
    say Account.where(name: "a").pick(:id).to_s
    say Account.where(name: nil).or(Account.where(name: "")).exists?.to_s
    say Account.select(:size).distinct.order(:size).map(&:size).inspect
    say Account.select(:size, "COUNT(*) AS n").group(:size).having("COUNT(*) > 0").order(:size).map { |row| [row.size, row.n] }.inspect
    say Account.connection.select_all(Account.select(:id, :name).order(:id)).to_a.first.inspect
    say Account.connection.select_one("SELECT COUNT(*) AS n FROM accounts")["n"].to_s
    say Account.connection.exec_query(Account.where(name: "a").to_sql).rows.size.to_s
    say Account.all.map(&:id).sort.inspect
    say Account.where(name: "a").to_a.first.name
    say Account.all.index_by(&:name).keys.sort.inspect
    say Account.all.group_by(&:size).keys.sort.inspect
    say Account.all.each_slice(2).map(&:size).inspect
    say Account.all.find { |account| account.name == "b" }.name
    say Account.where(name: "zzz").pluck(:id).inspect
    say Account.find_by("size > ?", 2)&.name.to_s
    say Account.find_by("name = 'a' AND size = :size", size: 2)&.name.to_s
    say Account.where("name = :name", name: "a").count.to_s
    say Account.where(id: "1").count.to_s
    say Account.where(id: [1, "2", nil]).count.to_s
    say Account.maximum(:id).to_s
    say Account.exists?.to_s
    say Account.destroy_all.size.to_s
    refuse { Account.first! }
    refuse { Account.joins(:nope).count }
    refuse { Account.includes(:nope).to_a }
  end
end
