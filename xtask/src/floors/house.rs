//! One crate: its files, the floor that each stands on, and what each imports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::imports::{Import, imports};

/// What a crate's floors are to be.
pub(super) struct Plan {
    pub name: &'static str,
    /// Each by its name and its modules, lowest first. Of two that fit, the longer counts.
    pub floors: &'static [(&'static str, &'static [&'static str])],
    /// What floors are for that have no file of their own to say it.
    pub about: &'static [(&'static str, &'static str)],
    /// Whether modules that are not named stand on the lowest floor, and not above all.
    pub rest_is_lowest: bool,
}

pub(super) struct House {
    pub plan: &'static Plan,
    pub files: Vec<File>,
    /// The crates of the workspace that it uses.
    pub knows: Vec<String>,
    /// What lib.rs calls what is deeper in the crate.
    names: BTreeMap<String, Vec<String>>,
}

pub(super) struct File {
    /// From the crate's root; empty for lib.rs.
    pub module: Vec<String>,
    pub floor: usize,
    /// The first sentence of its `//!`.
    pub about: String,
    imports: Vec<Import>,
}

impl House {
    pub(super) fn read(plan: &'static Plan, folder: &Path) -> Result<Self> {
        let mut house = Self { plan, files: Vec::new(), knows: knows(folder)?, names: BTreeMap::new() };
        let mut modules = Vec::new();
        collect(&folder.join("src"), &mut Vec::new(), &mut modules)?;
        for module in modules {
            let name = if module.is_empty() { "lib".to_owned() } else { module.join("/") };
            let path = folder.join("src").join(format!("{name}.rs"));
            let source = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            if module.last().is_some_and(|last| is_test(last, &module, folder)) {
                continue;
            }
            let imports = imports(&source, &module);
            if module.is_empty() {
                house.names = imports.iter().map(|import| (import.name.clone(), import.path.clone())).collect();
            }
            house.files.push(File { floor: 0, about: first_sentence(&source), module, imports });
        }
        let floors: Vec<usize> = house.files.iter().map(|file| house.floor_of(&file.module)).collect();
        for (file, floor) in house.files.iter_mut().zip(floors) {
            file.floor = floor;
        }
        Ok(house)
    }

    /// The floor of a path, by its number; one more than there are for what is above all of them.
    fn floor_of(&self, path: &[String]) -> usize {
        let plan = self.plan;
        let length = |module: &str| {
            let parts = module.split("::");
            let fits = parts.clone().enumerate().all(|(index, part)| path.get(index).is_some_and(|one| one == part));
            fits.then(|| parts.count())
        };
        let named =
            plan.floors.iter().enumerate().flat_map(|(floor, (_, modules))| {
                modules.iter().filter_map(move |module| Some((length(module)?, floor)))
            });
        match named.max() {
            Some((_, floor)) => floor,
            None if plan.rest_is_lowest && !path.is_empty() => 0,
            None => plan.floors.len(),
        }
    }

    /// Where a path leads: lib.rs has short names for some.
    fn resolved(&self, path: &[String]) -> Vec<String> {
        let is_module = |name: &String| self.files.iter().any(|file| file.module.first() == Some(name));
        match path.split_first() {
            Some((name, rest)) if !is_module(name) && self.names.contains_key(name) => {
                [&self.names[name], rest].concat()
            }
            _ => path.to_vec(),
        }
    }

    fn floor_name(&self, floor: usize) -> &str {
        self.plan.floors.get(floor).map_or("lib.rs", |(name, _)| name)
    }

    /// Every import of a higher floor, as a person reads it.
    pub(super) fn upward(&self) -> Vec<String> {
        let mut found = Vec::new();
        for file in self.files.iter().filter(|file| file.floor < self.plan.floors.len()) {
            for import in &file.imports {
                let floor = self.floor_of(&self.resolved(&import.path));
                if floor > file.floor {
                    found.push(format!(
                        "crates/{}/src/{}.rs:{}: `{}` imports `crate::{}` of `{}`",
                        self.plan.name,
                        file.module.join("/"),
                        import.line,
                        self.floor_name(file.floor),
                        import.path.join("::"),
                        self.floor_name(floor),
                    ));
                }
            }
        }
        found
    }

    /// Which floor imports which lower one.
    pub(super) fn downward(&self) -> BTreeSet<(usize, usize)> {
        let mut found = BTreeSet::new();
        for file in self.files.iter().filter(|file| file.floor < self.plan.floors.len()) {
            for import in &file.imports {
                let floor = self.floor_of(&self.resolved(&import.path));
                if floor < file.floor {
                    found.insert((file.floor, floor));
                }
            }
        }
        found
    }

    /// What a floor is for: what its own file says, or nothing.
    pub(super) fn about(&self, floor: usize) -> &str {
        let Some((name, modules)) = self.plan.floors.get(floor) else { return "" };
        if let Some((_, about)) = self.plan.about.iter().find(|(one, _)| one == name) {
            return about;
        }
        let own = |file: &&File| matches!(&file.module[..], [module] if modules.first() == Some(&module.as_str()));
        self.files.iter().find(own).map_or("", |file| &file.about)
    }

    /// How many files there are, and how many the largest circle has: files that know each other, by however many others.
    pub(super) fn summary(&self) -> String {
        let largest = self.circles().into_iter().max_by_key(Vec::len).unwrap_or_default();
        let name = largest.first().map_or("", |index| self.floor_name(self.files[*index].floor));
        format!("{}: {} files, the largest circle has {} (`{name}`)\n", self.plan.name, self.files.len(), largest.len())
    }

    /// The files that a file imports, by their numbers.
    fn imported(&self, file: &File) -> BTreeSet<usize> {
        let lead = |import: &Import| {
            let path = self.resolved(&import.path);
            (1..=path.len()).rev().find_map(|length| self.files.iter().position(|file| file.module == path[..length]))
        };
        file.imports.iter().filter_map(lead).collect()
    }

    /// The groups of files that reach each other.
    fn circles(&self) -> Vec<Vec<usize>> {
        let edges: Vec<BTreeSet<usize>> = self.files.iter().map(|file| self.imported(file)).collect();
        let reached: Vec<BTreeSet<usize>> = (0..edges.len()).map(|from| reach(from, &edges)).collect();
        let mut circles: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (from, reach) in reached.iter().enumerate() {
            let first = reach.iter().copied().find(|&to| to == from || reached[to].contains(&from));
            circles.entry(first.unwrap_or(from)).or_default().push(from);
        }
        circles.into_values().collect()
    }
}

fn reach(from: usize, edges: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    let mut reached = BTreeSet::from([from]);
    let mut waiting = vec![from];
    while let Some(file) = waiting.pop() {
        for &next in &edges[file] {
            if reached.insert(next) {
                waiting.push(next);
            }
        }
    }
    reached
}

fn collect(folder: &Path, module: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    for path in paths {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            module.push(stem);
            collect(&path, module, found)?;
            module.pop();
        } else if path.extension().is_some_and(|extension| extension == "rs") && !(module.is_empty() && stem == "main")
        {
            let own = if module.is_empty() && stem == "lib" { None } else { Some(stem) };
            found.push(module.iter().cloned().chain(own).collect());
        }
    }
    Ok(())
}

/// Whether a module is there in tests alone, as the file that it is declared in says.
fn is_test(name: &str, module: &[String], folder: &Path) -> bool {
    let parent = match &module[..module.len() - 1] {
        [] => "lib".to_owned(),
        parent => parent.join("/"),
    };
    let source = fs::read_to_string(folder.join("src").join(format!("{parent}.rs"))).unwrap_or_default();
    source.contains(&format!("#[cfg(test)]\nmod {name};"))
}

/// The crates of the workspace among a crate's dependencies.
fn knows(folder: &Path) -> Result<Vec<String>> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml"))?;
    let dependencies = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let names = dependencies.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split(['.', ' ']).next());
    let crates = folder.parent().context("a crate stands in a folder")?;
    Ok(names.filter(|name| !name.is_empty() && crates.join(name).is_dir()).map(str::to_owned).collect())
}

fn first_sentence(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let text = lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    text.split_once(". ").map_or(text.clone(), |(first, _)| format!("{first}."))
}
